"""What is run, as `python app.py` would; and what is said about an app that does not come up or ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from grader.model.faults import MachineFault, StudentFault
from grader.sandbox import reports, waiting
from grader.sandbox.reports import Reports
from tests.systems import for_posix
from tests.waiting import fairly_within, until

from .conftest import HEAD, PAGE, TAIL, Jail, in_any_jail, in_turn, others_later

RUNS = {
    "unguarded": "app.run(host='0.0.0.0', port=88)",
    "guarded": TAIL,
    "port as text": "app.run(port=int('88'))",
    "debug with its reloader": "app.run(debug=True, port=88)",
    "run_simple": "from werkzeug.serving import run_simple\nrun_simple('localhost', 88, app)",
    "waitress": "import waitress\nwaitress.serve(app, host='localhost', port='88')",
    "waitress, listen": "from waitress import serve\nserve(app, listen='*:88')",
    "wsgiref": "from wsgiref.simple_server import make_server\nmake_server('', 88, app).serve_forever()",
    "make_server": "from werkzeug.serving import make_server\nmake_server('', 88, app).serve_forever()",
    "gevent": "from gevent.pywsgi import WSGIServer\nWSGIServer(('', 88), app).serve_forever()",
    "in a thread": "import threading\nthreading.Thread(target=app.run, kwargs={'port': 88}).start()",
    "joined thread": "import threading\nt = threading.Thread(target=lambda: app.run(port=88))\nt.start()\nt.join()",
    "SERVER_NAME": "app.config['SERVER_NAME'] = 'localhost:88'\napp.run()",
    "wsgi_app": "from werkzeug.serving import run_simple\nrun_simple('localhost', 88, app.wsgi_app)",
    "middleware": (
        "from werkzeug.middleware.proxy_fix import ProxyFix\napp.wsgi_app = ProxyFix(app.wsgi_app)\napp.run(port=88)"
    ),
}


def test_a_python_is_started_before_what_looks_at_its_app_is_loaded() -> None:
    program = (
        "import sys, grader.sandbox.starting; print({'grader.rubric', 'grader.site.site', 'h11'} & set(sys.modules))"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"
    )


@in_turn("run", RUNS)
def test_every_way_to_run_an_app_is_served_and_its_port_known(jail: Jail, run: str) -> None:
    site = jail.site(HEAD + PAGE + run, packages=("waitress", "gevent"))
    assert site.serving.run is not None
    assert site.serving.run.port == 88
    assert site.serving.run.file == (None if "target=app.run" in run else "app.py")
    if "SERVER_NAME" not in run:
        assert site.get("/").text == "home"


NEVER_RUN = {
    "app": HEAD + PAGE,
    "other name": "from flask import Flask\nsite = Flask(__name__)\n" + PAGE.replace("app", "site"),
    "factory": "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n"
    "    app.add_url_rule('/', view_func=lambda: 'home', endpoint='home')\n    return app\n",
}


@in_turn("source", NEVER_RUN)
def test_an_app_that_is_never_run_is_served_all_the_same(jail: Jail, source: str) -> None:
    site = jail.site(source)
    assert site.serving.run is None
    assert site.get("/").text == "home"


@in_any_jail
def test_routes_below_app_run_are_not_there(jail: Jail) -> None:
    site = jail.site(HEAD + PAGE + "app.run()\n@app.route('/late')\ndef late():\n    return 'late'\n")
    assert [route.rule for route in site.routes] == ["/"]
    assert site.get("/late").status == 404


DEAD_ENDS = {
    "input": ("name = input('Name? ')", "app.py line 3 waits for someone to type"),
    "sys.exit": ("import sys\nsys.exit(1)", "app.py line 4 ends the program with sys.exit()"),
    "quit": ("quit()", "app.py line 3 ends the program with sys.exit()"),
    "os._exit": ("import os\nos._exit(3)", "app.py line 4 ends the program with os._exit()"),
    "segfault": ("import ctypes\nctypes.string_at(0)", "Python was ended by signal 11 at app.py line 4"),
    "kill": ("import os\nos.kill(os.getpid(), 9)", "Python was ended by signal 9"),
    "abort": ("import os\nos.abort()", "Python was ended by signal 6 at app.py line 4"),
    "recursion": ("def f(): return f()\nf()", "RecursionError"),
    "exception": ("1 / 0", "app.py line 3 stops with `ZeroDivisionError"),
    "package": ("import pandas_of_mine\npandas_of_mine.read()", "imports pandas_of_mine, which is not there"),
    "wordless": ("class E(Exception):\n  def __str__(self): raise self\nraise E", "stops with `E"),
    "halves": ("raise ValueError('\\ud800')", "stops with `ValueError"),
}


@in_turn("source, says", DEAD_ENDS, posix=("segfault", "kill", "abort"))  # signals
def test_what_keeps_an_app_from_coming_up_is_said(jail: Jail, source: str, says: str) -> None:
    fault = jail.fault(f"{HEAD}{source}\n{TAIL}")
    assert says in fault.message
    assert fault.file == "app.py"
    fault.message.encode()


def test_a_file_without_an_app(jail: Jail) -> None:
    assert "there is no Flask app in it" in jail.fault("print('hello')").message


def test_the_time_that_python_takes_to_start_is_not_the_students(other_system: Callable[[str], Jail]) -> None:
    """As on a Windows with a virus scanner, where nobody can say who has waited for what."""
    jail = other_system("import time\ntime.sleep(4)")
    assert jail.site(HEAD + PAGE + TAIL, load=2).get("/").text == "home"
    assert "not ready 2 seconds after" in jail.fault(f"{HEAD}\nwhile True: pass\n{TAIL}", load=2).message


def test_a_python_that_never_starts_is_the_machines_fault(
    other_system: Callable[[str], Jail], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "_SECONDS_TO_START", 1)
    with pytest.raises(MachineFault, match="not able to start Python for the app in 1 seconds"):
        other_system("import time\ntime.sleep(99)").site(HEAD + PAGE + TAIL)


LOOPS = {
    "python": "while True:\n    pass",
    "regex": "import re\nre.match('(a|a)*$', 'a' * 99 + 'b')",
    "waits": "import time\ntime.sleep(99)",
}


@in_any_jail
@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_the_line_of_an_endless_loop_is_named(jail: Jail, source: str) -> None:
    fault = jail.fault(f"{HEAD}\n{source}\n{TAIL}", load=2)
    assert "is not ready 2 seconds after" in fault.message
    assert fault.line in {4, 5}
    assert fault.observed


@for_posix
@in_any_jail
def test_stop_signals_do_not_keep_the_grader_waiting(jail: Jail) -> None:
    assert "not ready" in jail.fault(HEAD + "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", load=1).message


@for_posix
@in_any_jail
def test_python_is_not_looked_into_before_the_time_is_nearly_up(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look from outside of the interpreter ends it where it meets a freed frame: a slow machine must be no reason."""
    told: list[bytes] = []
    take = Reports._take
    monkeypatch.setattr(Reports, "_take", lambda self, line: told.append(line) or take(self, line))
    body = "import ctypes\nctypes.PyDLL(None).usleep(2_500_000)\nreturn 'at last'"
    assert jail.view(body, request=10).get("/").text == "at last"
    assert [line for line in told if line.startswith(reports._DUMP_BEGINS)] == []


VIEWS = {
    "os._exit": ("import os\nos._exit(0)", "The app ended at app.py line 7"),
    "sys.exit": ("import sys\nsys.exit(0)", "closes the connection without an answer; it is at app.py line 7"),
    "loop": ("while True:\n    pass", "no complete answer within 1 seconds; it is at app.py line"),
    "segfault": ("import ctypes\nctypes.string_at(0)", "The app ended at app.py line 7"),
    "trickle": (
        "import time\ndef t():\n    while True:\n        time.sleep(.1)\n        yield 'x'\nreturn t()",
        "app.py line 9",
    ),
}


@in_turn("body, says", VIEWS, ("",), posix=("segfault",))  # Windows makes an exception of it
def test_a_view_that_gives_no_answer_is_named(jail: Jail, body: str, says: str) -> None:
    site = jail.view(body, request=1)
    with pytest.raises(StudentFault) as caught:
        site.get("/")
    assert says in caught.value.message


AT_ONCE = {
    "loop": "while True:\n    pass",
    "counts in vain": "n = 0\nwhile n < 10:\n    print(n)",
    "sleeps": "import time\ntime.sleep(999)",
}


@in_turn("code", AT_ONCE, ("", "process", "process"))
def test_what_surely_takes_too_long_is_not_waited_for(jail: Jail, code: str) -> None:
    site = jail.view(f"if request.args: return 'words'\n{code}", request=80)
    with (
        fairly_within(20),
        pytest.raises(StudentFault, match=r"no complete answer within 80 seconds; it is at app\.py"),
    ):
        site.get("/")
    assert site.get("/?x=1").text == "words"
    with fairly_within(20):
        assert "not ready 80 seconds after" in jail.fault(f"{HEAD}\n{code}\n{TAIL}", load=80).message


@others_later
def test_what_hangs_for_another_request_says_nothing_of_this_one(jail: Jail) -> None:
    slow = "import time\nif not request.args:\n    while True:\n        pass\ntime.sleep(1.5)\nreturn 'words'"
    site = jail.view(slow, request=20)
    with pytest.raises(StudentFault):
        site.get("/")
    assert site.get("/?x=1").text == "words"


@for_posix
@others_later
def test_work_that_nobody_waits_for_any_more_is_ended(jail: Jail) -> None:
    """A loop without end would take a processor, and the interpreter's lock, from all other pages."""
    site = jail.view(
        "global n\nif request.args: return str(n)\nwhile eval('True'):\n    n += 1", top="n = 0", request=1
    )
    with pytest.raises(StudentFault):
        site.get("/")
    counted = [0, 1]

    def stands_still() -> bool:
        counted.append(int(site.get(f"/?x={len(counted)}").text))
        return counted[-1] == counted[-2]

    assert until(stands_still)


@in_any_jail
def test_the_exception_behind_a_server_error_is_known_at_once(jail: Jail) -> None:
    site = jail.view("if request.args: return 'words', 500\nreturn 1 / 0")
    crash = site.get("/").crash
    assert crash is not None
    assert str(crash) == "ZeroDivisionError: division by zero"
    assert crash.last is not None
    assert (crash.last.file, crash.last.line) == ("app.py", 7)
    with fairly_within(0.5):
        assert site.get("/?x=1").crash is None


HIDING = {
    "flask": ("flask.py", b"x = 1", "same name as the package flask"),
    "random": ("random.py", b"raise ValueError('mine')", "random.py line 1 stops with `ValueError: mine"),
    "socket": ("socket.py", b"x = 1", "file socket.py has the same name as Python's own module socket"),
    "json": ("json.py", b"x = 1", "file json.py has the same name as Python's own module json"),
    "codecs": ("codecs.py", b"x = 1", None),  # Python itself has loaded its own long before
}


@in_turn("name, content, says", HIDING)
def test_a_file_that_hides_a_module_fails_as_in_real_life(
    jail: Jail, name: str, content: bytes, says: str | None
) -> None:
    if says is None:
        assert jail.site(HEAD + PAGE + TAIL, {name: content}).get("/").text == "home"
    else:
        assert says in jail.fault(HEAD + PAGE + TAIL, {name: content}).message


@for_posix
def test_processes_of_its_own_may_end_as_they_like(jail: Jail) -> None:
    top = "import os\nif os.fork() == 0: os._exit(0)\nos.wait()\nif os.fork() == 0:\n    raise SystemExit\nos.wait()\n"
    assert jail.site(top + HEAD + PAGE + TAIL).get("/").text == "home"


ODD_BUT_FINE = {
    "no standard output": "import sys\nsys.stdout = sys.stderr = None\n",
    "logging": "import logging\nlogging.basicConfig(level=0)\nlogging.disable()\n",
    "prints in any script": "print('Привет 你好 \\U0001f36a')\n",
    "changes folder": "import os\nos.chdir('/')\n",
    "deletes itself": "import os\nos.remove(__file__)\n",
    "ignores signals": "import signal\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\n",
    "own session": "import os\ntry:\n    os.setsid()\nexcept OSError: pass\n",
    "writes beside itself": "open('made.txt', 'w').write('x')\nassert open('made.txt').read() == 'x'\n",
    "asks its own address": "import socket as s\ns.gethostbyname(s.gethostname())\ns.getaddrinfo('localhost', 88)\n",
    "who am I": "import getpass, os\ngetpass.getuser()\nos.path.expanduser('~')\n",
    "multiprocessing": "import multiprocessing\nmultiprocessing.Lock()\n",
    "reads the keyboard": "import sys\nassert sys.stdin.read() == ''\n",
    "temporary file": "import tempfile\ntempfile.NamedTemporaryFile().write(b'x')\n",
}


@in_turn("top", ODD_BUT_FINE, posix=("ignores signals", "own session"))
def test_odd_but_harmless_beginnings(jail: Jail, top: str) -> None:
    assert jail.site(top + HEAD + PAGE + TAIL).get("/").text == "home"


@in_any_jail
def test_byte_code_that_was_handed_in_is_not_run(jail: Jail, tmp_path) -> None:
    import py_compile

    from grader.submission import open_submission

    (tmp_path / "app.py").write_text("import helper\n" + HEAD + "helper.help()\n" + TAIL)
    (tmp_path / "helper.py").write_text("")
    py_compile.compile(str(tmp_path / "helper.py"), cfile=str(tmp_path / "helper.pyc"))
    (tmp_path / "helper.py").unlink()
    files = dict(open_submission(tmp_path).files)
    assert "imports helper, which is not there" in jail.fault(files.pop("app.py"), files).message


def test_names_that_the_system_cannot_create_do_not_stop_the_app(jail: Jail) -> None:
    assert jail.site(HEAD + PAGE + TAIL, {"文" * 200 + ".docx": b"x", "app.py/below": b"x"}).get("/").text == "home"


def test_the_folder_that_was_handed_in_is_never_written_to(jail: Jail, tmp_path) -> None:
    from grader.submission import open_submission

    (tmp_path / "app.py").write_text("open(__file__, 'a').write('#')\nopen('new.txt', 'w')\n" + HEAD + PAGE + TAIL)
    before = (tmp_path / "app.py").read_bytes()
    assert jail.site(before, dict(open_submission(tmp_path).files)).get("/").text == "home"
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]
    assert (tmp_path / "app.py").read_bytes() == before
