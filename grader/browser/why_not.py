"""Why a browser does not start, in a sentence, and what to do: from what it printed and from what its file is."""

from __future__ import annotations

import os
import platform
import re
import sys
from typing import TYPE_CHECKING

from grader.browser.installed import HOW_TO_GET_ONE, SETTING
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.browser.installed import FoundBrowser

_LONGEST = 160
_LEAST_LEGIBLE = 0.9
_ELF = b"\x7fELF"
_OTHER_SYSTEMS = {b"MZ": "Windows", b"\xcf\xfa\xed\xfe": "macOS", b"\xca\xfe\xba\xbe": "macOS"}
# https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html, e_machine
_PROCESSORS = {3: "32-bit x86", 40: "32-bit ARM", 62: "x86-64", 183: "ARM64", 243: "RISC-V"}
_OURS = {"x86_64": {62, 3}, "i686": {3}, "aarch64": {183, 40}, "armv7l": {40}, "riscv64": {243}}

_SAID = re.compile(r"\[pid=\d+\]\[(?:err|out)\] (.*)")
_ENDED = re.compile(r"<process did exit: exitCode=(\w+), signal=(\w+)>")
_REASONS = [
    (
        re.compile(r"(error while loading shared libraries: (\S+):.*[^. ])"),
        "a library that it needs is not there, {1} ({0})",
    ),
    (re.compile(r"(version `?[\w.]+'? not found)"), "it is made for a newer system ({0})"),
    (re.compile(r"\bsnap\b"), "it is no browser, it only asks to install one with snap"),
    (re.compile(r"Failed to launch: .* ENOENT"), "the program that its first line names is not there"),
    (re.compile(r"Failed to launch: .* EACCES"), "this user may not run it"),
]


class BrowserHangs(MachineFault):
    """A browser was started and never answered; to try it again would cost as much time."""


def hangs(found: FoundBrowser, seconds: float) -> BrowserHangs:
    """Say that a browser has not answered for so long."""
    reason = f"it has not answered within {seconds:.0f} seconds"
    return BrowserHangs(_sentence(found, reason), hint=_hint())


def does_not_start(found: FoundBrowser, report: str) -> MachineFault:
    """Say why a browser has ended, or was not even begun, by Playwright's report."""
    return MachineFault(_sentence(found, _made_for_others(found.path) or _last_words(report)), hint=_hint())


def none_starts(failures: Sequence[MachineFault]) -> MachineFault:
    """Return one fault for all the browsers that have been tried."""
    kind = BrowserHangs if any(isinstance(fault, BrowserHangs) for fault in failures) else MachineFault
    messages = dict.fromkeys(fault.message for fault in failures)
    return kind(" ".join(messages), hint=failures[0].hint)


def _sentence(found: FoundBrowser, reason: str) -> str:
    return f"The browser {found.path} does not start: {reason}."


def _hint() -> str:
    if os.environ.get(SETTING):
        return f"{SETTING} names it. Unset that, and another browser is looked for."
    return HOW_TO_GET_ONE


def _made_for_others(program: Path) -> str | None:
    """Say for what system or processor a program is made, if it is not this one."""
    try:
        with program.open("rb") as file:
            start = file.read(20)
    except OSError:
        return None
    if sys.platform != "linux":
        return None
    if start.startswith(_ELF):
        machine = int.from_bytes(start[18:20], "little" if start[5:6] == b"\x01" else "big")
        ours = _OURS.get(platform.machine())
        if ours is not None and machine not in ours:
            return f"it is made for another kind of processor ({_PROCESSORS.get(machine, f'number {machine}')})"
    system = next((name for magic, name in _OTHER_SYSTEMS.items() if start.startswith(magic)), None)
    return f"it is a program for {system}" if system else None


def _last_words(report: str) -> str:
    """Say how a process ended: by what it printed, else by its exit code."""
    lines = [_legible(line) for line in dict.fromkeys(_SAID.findall(report))]
    text = "\n".join(line for line in lines if line)
    for pattern, reason in _REASONS:
        if found := pattern.search(text or report):
            return reason.format(*found.groups())
    how = _how_it_ended(report)
    if text:
        return f"{how}, and said: {text.splitlines()[0][:_LONGEST].rstrip('. ')}"
    return f"{how}, and what it printed is not text" if lines else how


def _how_it_ended(report: str) -> str:
    ended = _ENDED.search(report)
    if ended is None:
        return report.partition("\n")[0].partition(": ")[2].rstrip(". ")[:_LONGEST] or "it ended at once"
    code, signal = ended.groups()
    return f"it crashed ({signal})" if code == "null" else f"it ended at once (exit code {code})"


def _legible(line: str) -> str:
    """Return what is text in a line, without colours and other controls; nothing where most of it is none."""
    plain = re.sub(r"\x1b\[[\d;]*m", "", line).strip()
    good = "".join(char for char in plain if char.isprintable() and char != "\ufffd")
    return good if len(good) >= _LEAST_LEGIBLE * len(plain) else ""
