"""Under root driver and browser run in a jail: what could somebody do who had taken the browser over?"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import playwright
import psutil
import pytest
from flask import Flask

from grader.browser import Browser, FoundBrowser, driving, find, jail
from grader.machine.bubblewrap import sandbox_wall
from grader.machine.killing import with_descendants
from grader.model.faults import MachineFault

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not sandbox_wall().works,
    reason="only root's browser is in a jail, made by bubblewrap",
)
FULL_CHROMIUM = Path("/usr/lib/chromium/chromium")


def processes(browser: Browser) -> Iterator[tuple[str, psutil.Process]]:
    """All of Chromium's processes, each with its type; "" for the main one."""
    for found in with_descendants(browser.wait_until_started()._processes):
        with suppress(psutil.Error):  # a page that was closed before
            line = found.cmdline()
            types = [word.removeprefix("--type=") for word in line if word.startswith("--type=")]
            if types or "--remote-debugging-pipe" in line:
                yield "".join(types), found


def process(browser: Browser, kind: str) -> psutil.Process:
    """Chromium's first process of a type."""
    return next(found for its_kind, found in processes(browser) if its_kind == kind)


def status(found: psutil.Process) -> dict[str, str]:
    lines = Path(f"/proc/{found.pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@contextmanager
def unless_gone() -> Iterator[None]:
    """Let pass that a process ends while it is looked at, as that of a page that was closed before."""
    with suppress(FileNotFoundError, ProcessLookupError):
        yield


def namespace(number: int | str, kind: str) -> str:
    return str(Path(f"/proc/{number}/ns/{kind}").readlink())


@pytest.fixture
def app():
    app = Flask(__name__)
    fonts = ("serif", "sans-serif", "monospace", "Liberation Sans", "DejaVu Serif", "no such font")
    page = "".join(f"<p style='font-family: {font}'>Grüße, 你好, Жанна 😀 {font}</p>" for font in fonts)
    app.get("/")(lambda: (page, {"Set-Cookie": "a=b"}))
    return app


@pytest.fixture
def origin(serve, app):
    return serve(app)


@pytest.fixture
def visitor(revisit, app):
    visitor = revisit(app)
    assert "Grüße" in visitor.visit("/").text
    return visitor


def test_chromiums_own_sandbox_is_on_as_well(browser, visitor):
    assert browser.sandboxed
    renderer, main = process(browser, "renderer"), process(browser, "")
    assert status(renderer)["Seccomp"] == "2"
    for kind in ("user", "pid", "net"):
        assert namespace(renderer.pid, kind) != namespace(main.pid, kind)
    assert visitor.cookie("a").value == "b"


# What draws and what speaks with the network is part of the main process.
KINDS = ["", "zygote", "renderer"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_process_is_root_or_has_rights(browser, visitor, kind):
    of_the_jail = namespace(process(browser, "").pid, "user")
    asked = 0
    for its_kind, one in processes(browser):
        if its_kind != kind:
            continue
        with unless_gone():
            found, user = status(one), namespace(one.pid, "user")
            asked += 1
            assert {*found["Uid"].split(), *found["Gid"].split()} == {str(jail.USER)}
            assert found["NoNewPrivs"] == "1"
            # Chromium's sandbox has its zygote keep the right to make namespaces, over a namespace of its own alone.
            if kind != "zygote" or user == of_the_jail:
                assert int(found["CapEff"], 16) == int(found["CapPrm"], 16) == 0
    assert asked


def test_no_process_of_a_kind_that_is_not_asked_is_there(browser, visitor):
    assert {kind for kind, _ in processes(browser)} == set(KINDS)


@pytest.mark.parametrize("kind", ["mnt", "pid", "net", "ipc", "uts", "cgroup"])
def test_the_jail_has_namespaces_of_its_own(browser, visitor, kind):
    seen = set()
    for its_kind, one in processes(browser):
        with unless_gone():
            assert namespace(one.pid, kind) != namespace("self", kind)
            seen.add(its_kind)
    assert seen >= set(KINDS)


def test_nothing_is_there_but_what_chromium_needs(browser):
    number = process(browser, "").pid
    root = Path(f"/proc/{number}/root")
    assert {path.name for path in (root / "etc").iterdir()} <= {
        *("alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime")
    }
    of_the_driver = Path(playwright.__file__).parts[1]  # which lies where the grader is installed
    others = {"home", "mnt", "opt", "run", "srv", "sys"} - {of_the_driver}
    assert not [name for name in others if (root / name).exists()]
    at_home = (path for path in (root / Path.home().relative_to("/")).rglob("*") if path.is_file())
    assert not [path for path in at_home if not {"driver-in-jail", "playwright", "ms-playwright"} & set(path.parts)]
    assert not (root / Path(__file__).relative_to("/")).exists()
    names = {line.partition("=")[0] for line in Path(f"/proc/{number}/environ").read_text().split("\0")}
    assert {name for name in names if not name.startswith("PW_")} <= {
        *("", "HOME", "LANG", "LANGUAGE", "LC_ALL", "NODE_COMPILE_CACHE", "PATH", "PWD", "TZ")
    }


# Somebody stands where Chromium stands, with all that it may do

TRIES = {
    "to keep a file": "echo x >/tmp/kept-$$ && rm /tmp/kept-$$",
    "to read a file of the user's": "cat $SECRET",
    "to look around at home": "test -e $KNOWN_AT_HOME",
    "to read passwords": "cat /etc/shadow",
    "to read the environment": "grep -q OF_THE_GRADER=secret /proc/*/environ",
    "to see the grader": 'test "$(readlink /proc/$GRADER_PID/exe)" = $GRADER_EXE',
    "to signal the grader": 'test "$(readlink /proc/$GRADER_PID/exe)" = $GRADER_EXE && kill -0 $GRADER_PID',
    "to set the kernel": "test -w /proc/sys/kernel/core_pattern",
    "to change programs": "test -w /usr -o -w /usr/bin -o -w /etc -o -w $DRIVER",
    "to call a service": "bash -c 'echo >/dev/tcp/127.0.0.1/$PORT'",
    "to be root": "test $(id -u) = 0",
    "to be root again": "chroot / true",
}


@pytest.fixture
def taken_over(tmp_path, monkeypatch):
    """Make a program that stands where Chromium stands: it tries everything, and then does what it is told."""
    secret = tmp_path / "reports" / "grades.csv"
    secret.parent.mkdir()
    secret.write_text("secret")
    monkeypatch.setenv("OF_THE_GRADER", "secret")
    with socket.create_server(("127.0.0.1", 0)) as service:

        def make(then: str) -> Path:
            known = {
                "SECRET": secret,
                "KNOWN_AT_HOME": next(path for path in Path.home().iterdir() if path.is_file()),
                "GRADER_PID": os.getpid(),
                "GRADER_EXE": os.path.realpath(sys.executable),
                "DRIVER": Path(playwright.__file__).parent / "driver",
                "PORT": service.getsockname()[1],
            }
            names = [f"export {name}={shlex.quote(str(value))}" for name, value in known.items()]
            tries = [f"if ({how}) >/dev/null 2>&1; then echo '{what}'; fi" for what, how in TRIES.items()]
            tries = [line.replace("user's'", "user'\\''s'") for line in tries]
            program = tmp_path / "browser" / "chromium-headless-shell"
            program.parent.mkdir(exist_ok=True)
            program.write_text("\n".join(["#!/bin/sh", *names, "{", *tries, '} >"${FOUND:-/tmp/found}"', then, ""]))
            program.chmod(0o755)
            return program

        yield make


def what_was_done(browser: Browser) -> list[str]:
    return Path(f"/proc/{process(browser, '').pid}/root/tmp/found").read_text().splitlines()


def test_who_takes_the_browser_over_can_do_nothing(taken_over):
    program = taken_over(f'exec {find().path} "$@"')
    with Browser.launch(FoundBrowser(program, "chromium")) as browser:
        assert browser.sandboxed
        assert what_was_done(browser) == ["to keep a file"]


def test_outside_of_the_jail_all_of_it_is_possible(taken_over, tmp_path):
    found = tmp_path / "found"
    subprocess.run([taken_over("exit 0")], env={**os.environ, "FOUND": str(found)}, check=True)
    assert found.read_text().splitlines() == list(TRIES)


def test_where_chromium_refuses_its_sandbox_the_jail_remains(taken_over):
    program = taken_over(f'case "$*" in *--no-sandbox*) exec {find().path} "$@" ;; esac; echo No sandbox >&2; exit 1')
    found = FoundBrowser(program, "chromium")
    with Browser.launch(found) as browser:
        assert not browser.sandboxed
        assert what_was_done(browser) == ["to keep a file"]


# It is the same browser


def picture(browser: Browser, origin: str) -> bytes:
    with browser.open(origin, screenshots=True) as visitor:
        visitor.visit("/")
        return visitor.take_evidence()[0].data


def test_pages_look_the_same_as_outside(browser, origin, monkeypatch):
    inside = picture(browser, origin)
    monkeypatch.setattr(driving, "jail_for", lambda _: None)
    with Browser.launch(find()) as outside:
        assert inside == picture(outside, origin)
    assert inside.startswith(b"\x89PNG")


@pytest.fixture
def playwrights_own(monkeypatch, tmp_path):
    """A browser where ``playwright install`` puts it, in a home folder with other things."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    (tmp_path / "grades.csv").write_text("secret")
    folder = tmp_path / ".cache/ms-playwright/chromium_headless_shell-1200/chrome-linux"
    shutil.copytree(find().path.parent, folder, copy_function=link_or_copy)
    return folder / find().path.name


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def must_work(program: Path, origin: str) -> list[str]:
    """Try a browser out; gives what it finds in the home folder."""
    with Browser.launch(FoundBrowser(program, "chromium")) as browser:
        with browser.open(origin) as visitor:
            assert "Grüße" in visitor.visit("/").text
            assert visitor.cookie("a").value == "b"
        assert browser.sandboxed
        return [path.name for path in Path(f"/proc/{process(browser, '').pid}/root{Path.home()}").iterdir()]


def test_one_that_playwright_has_downloaded_works(playwrights_own, origin):
    assert must_work(playwrights_own, origin) == [".cache"]


@pytest.mark.skipif(not FULL_CHROMIUM.exists(), reason="there is none on this machine")
def test_the_full_one_works(origin):
    must_work(FULL_CHROMIUM, origin)


def test_a_program_that_lies_at_home_shows_nothing_else_of_it(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert jail._with_its_files(tmp_path / "chrome") == str(tmp_path / "chrome")
    assert jail._with_its_files(tmp_path / "chromium/chrome") == str(tmp_path / "chromium")


# Where there is no jail


@pytest.fixture
def on_the_path(monkeypatch, tmp_path):
    """Have these programs on the PATH, and no others."""

    def make(**programs: str) -> None:
        for name, text in programs.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
            (tmp_path / name).chmod(stat.S_IRWXU)
        monkeypatch.setenv("PATH", str(tmp_path))
        sandbox_wall.cache_clear()

    yield make
    sandbox_wall.cache_clear()


def test_without_bubblewrap_roots_browser_is_as_bare_as_apps_are(on_the_path):
    on_the_path()
    with Browser.launch(find()) as browser:
        assert not browser.sandboxed


def test_a_jail_that_is_refused_is_not_done_without(on_the_path):
    on_the_path(bwrap='case "$*" in */bin/true) exit 0 ;; esac; echo "bwrap: no such luck" >&2; exit 1')
    with Browser.launch(find()) as browser:
        with pytest.raises(MachineFault, match="bwrap: no such luck") as caught:
            browser.wait_until_started()
        assert "ordinary user" in caught.value.hint


def test_root_without_the_right_to_make_one_is_told(monkeypatch):
    monkeypatch.setattr(jail, "can_enter_networks", lambda: False)
    with Browser.launch(find()) as browser, pytest.raises(MachineFault, match="CAP_SYS_ADMIN"):
        browser.wait_until_started()


@pytest.mark.parametrize("private", ["the program", "its folder"])
def test_a_browser_that_is_for_root_alone_is_named(taken_over, private):
    program = taken_over("exit 1")
    path = program if private == "the program" else program.parent
    path.chmod(0o700)
    with Browser.launch(FoundBrowser(program, "chromium")) as browser:
        with pytest.raises(MachineFault, match=f"{path} is for root alone") as caught:
            browser.wait_until_started()
        assert caught.value.hint == f"chmod -R o+rX {program.parent}"


# Nothing is left


def test_a_killed_grader_takes_the_jail_with_it():
    program = (
        "from grader.browser import Browser, find; browser = Browser.launch(find()); browser.wait_until_started();"
        "print('started', flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as grader:
        assert grader.stdout.readline() == b"started\n"
        everything = psutil.Process(grader.pid).children(recursive=True)
        assert any("zygote" in word for found in everything for word in found.cmdline())
        grader.send_signal(signal.SIGKILL)
    assert not psutil.wait_procs(everything, timeout=60)[1]


def test_nothing_is_written_outside_of_the_jail(monkeypatch, tmp_path, origin):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Browser.launch(find()) as browser, browser.open(origin) as visitor:
        visitor.visit("/")
        assert not list(tmp_path.iterdir())


def test_the_drivers_compiled_code_is_kept_but_not_written_by_a_browser(monkeypatch, tmp_path):
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path))
    cache = tmp_path / "driver-in-jail"
    seen = []
    for _ in range(2):
        with Browser.launch(find()) as browser:
            mounts = Path(f"/proc/{process(browser, '').pid}/mounts").read_text().splitlines()
        assert ["ro" in line.split()[3].split(",") for line in mounts if str(cache) in line] == [True]
        seen.append({path: path.stat().st_mtime_ns for path in cache.glob("*/*")})
    assert seen[0] == seen[1] != {}
