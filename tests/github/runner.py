"""What a GitHub Actions runner does with a step, as actions/runner does it: its files, its environment, its log."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

FILES = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE")
KNOWN = {"error", "warning", "notice", "debug", "group", "endgroup", "echo", "add-mask", "stop-commands"}
KNOWN |= {"set-env", "set-output", "add-path", "save-state", "add-matcher", "remove-matcher", "internal-set-repo-path"}
UNESCAPED = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}


@dataclass
class Command:
    """A line of the log that the runner takes for a command, or that a problem matcher makes an annotation of."""

    name: str
    properties: dict[str, str] = field(default_factory=dict)
    message: str = ""


@dataclass
class Step:
    returncode: int
    log: str
    files: dict[str, str]

    @property
    def commands(self) -> list[Command]:
        return commands_in(self.log)

    @property
    def annotations(self) -> list[Command]:
        return [command for command in self.commands if command.name in {"error", "warning", "notice"}]

    @property
    def outputs(self) -> dict[str, str]:
        return pairs_in(self.files["GITHUB_OUTPUT"])


class Runner:
    """A folder laid out as on a runner: ``work`` is the workspace, ``temp`` for what a job leaves behind."""

    def __init__(self, folder: Path, action: Path) -> None:
        self.workspace = folder / "work"
        self.temp = folder / "temp"
        for made in (self.workspace, self.temp):
            made.mkdir()
        self.action = action
        self.event = folder / "event.json"
        self.event.write_text(json.dumps({"action": "opened", "number": 1, "pull_request": {"title": "My work"}}))

    def run(self, script: str, **env: str) -> Step:
        files = {name: self.temp / f"{name.lower()}_{len(list(self.temp.iterdir()))}" for name in FILES}
        for path in files.values():
            path.touch()
        program = self.temp / "step.sh"
        program.write_text(script)
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", program],
            cwd=self.workspace,
            env={**os.environ, **self.environment(), **{name: str(path) for name, path in files.items()}, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=600,
            check=False,
        )
        written = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
        return Step(done.returncode, done.stdout.decode("utf-8"), written)

    def environment(self) -> dict[str, str]:
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(self.action),
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_EVENT_PATH": str(self.event),
            "GITHUB_REPOSITORY": "student/work",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_TOKEN": "ghs_secret",
            "RUNNER_TEMP": str(self.temp),
            "RUNNER_OS": "Linux",
        }


def commands_in(log: str) -> list[Command]:
    """Read a log (ActionCommandManager.cs, ActionCommand.cs), with the matcher that actions/setup-python leaves."""
    found: list[Command] = []
    stopped_by, matcher, place = "", True, None
    for line in re.split(r"\r\n|\n|\r", log):
        command = _version_2(line, KNOWN | {stopped_by}) or _version_1(line, KNOWN | {stopped_by})
        if command is not None and (not stopped_by or command.name == stopped_by):
            found.append(command)
            stopped_by = command.message if command.name == "stop-commands" else ""
            matcher = matcher and command.name != "remove-matcher"
            continue
        if matcher and place and (raised := re.match(r"^\s*raise\s(.*)\('(.*)'\)$", line)):
            found.append(Command("error", {"file": place[1], "line": place[2]}, raised[2]))
        place = re.match(r'^\s*File\s"(.*)",\sline\s(\d+),\sin\s(.*)$', line)
    return found


def pairs_in(text: str) -> dict[str, str]:
    """Read names and values (FileCommandManager.cs)."""
    lines = iter(text.split("\n"))
    pairs = {}
    for line in lines:
        if not line:
            continue
        name, _, end = line.partition("<<")
        if "=" in name:
            name, _, pairs[name] = line.partition("=")
            continue
        value = []
        while (row := next(lines)) != end:
            value.append(row)
        pairs[name] = "\n".join(value)
    return pairs


def _version_2(line: str, known: set[str]) -> Command | None:
    match = re.match(r"\s*::(?P<name>[^ :]*(?::(?!:)[^ :]*)*)(?: (?P<properties>.*?))?::(?P<message>.*)", line)
    return _command(match, known, ",") if match else None


def _version_1(line: str, known: set[str]) -> Command | None:
    match = re.search(r"##\[(?P<name>[^ \]]*)(?: (?P<properties>[^\]]*))?\](?P<message>.*)", line)
    return _command(match, known, ";") if match else None


def _command(match: re.Match[str], known: set[str], separator: str) -> Command | None:
    if match["name"] not in known:
        return None
    pairs = (pair.partition("=") for pair in (match["properties"] or "").split(separator) if "=" in pair)
    return Command(match["name"], {name: _plain(value) for name, _, value in pairs}, _plain(match["message"]))


def _plain(text: str) -> str:
    for escape, letter in UNESCAPED.items():  # the per cent sign last
        text = text.replace(escape, letter)
    return text
