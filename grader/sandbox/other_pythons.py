"""What other Pythons have: those of another system, and newer ones."""

from __future__ import annotations

import re
import sys

_WINDOWS = {
    *("winsound", "winreg", "_winreg", "msvcrt", "nt", "_winapi", "_overlapped", "msilib"),
    *("os.startfile", "os.add_dll_directory", "os.O_BINARY", "sys.getwindowsversion", "sys.winver"),
    *("asyncio.WindowsSelectorEventLoopPolicy", "asyncio.WindowsProactorEventLoopPolicy", "asyncio.ProactorEventLoop"),
    *("asyncio.IocpProactor", "ctypes.windll", "ctypes.oledll", "ctypes.WinDLL", "ctypes.WinError", "ctypes.OleDLL"),
    *("ctypes.WINFUNCTYPE", "ctypes.FormatError", "ctypes.GetLastError"),
    *("signal.CTRL_C_EVENT", "signal.CTRL_BREAK_EVENT", "signal.SIGBREAK"),
    *(
        f"subprocess.{name}"
        for name in (
            *("STARTUPINFO", "STARTF_USESHOWWINDOW", "STARTF_USESTDHANDLES", "SW_HIDE", "CREATE_NEW_CONSOLE"),
            *("CREATE_NO_WINDOW", "CREATE_NEW_PROCESS_GROUP", "DETACHED_PROCESS", "HIGH_PRIORITY_CLASS"),
        )
    ),
}
_POSIX = {"fcntl", "grp", "pwd", "pty", "tty", "termios", "resource", "readline", "curses", "_curses", "syslog", "nis"}
_POSIX |= {"crypt", "spwd", "posix", "ossaudiodev", "os.fork", "os.getuid", "os.geteuid", "os.uname", "signal.SIGKILL"}
_SCREEN = {"tkinter", "_tkinter", "turtle", "turtledemo", "idlelib"}


def only_on(name: str) -> str | None:
    """Return where a module of Python's, or a name in one, is there, as the end of "that …"; None for all others."""
    if name in _WINDOWS:
        return "is there on Windows only"
    if name in _POSIX:
        return "is not there on Windows"
    if name in _SCREEN:
        return "needs a screen"
    return None


def is_elsewhere(name: str) -> bool:
    """Whether a name in one of Python's modules is there on another system only than on this one."""
    return name in (_POSIX if sys.platform == "win32" else _WINDOWS)


# From "What's New in Python", https://docs.python.org/3/whatsnew/
_NEWER = {
    (3, 11): """
        tomllib wsgiref.types datetime.UTC enum.StrEnum enum.ReprEnum enum.verify enum.member enum.nonmember
        enum.EnumCheck enum.EnumType enum.CONTINUOUS enum.NAMED_FLAGS enum.UNIQUE
        asyncio.TaskGroup asyncio.timeout asyncio.timeout_at asyncio.Runner asyncio.Barrier contextlib.chdir
        hashlib.file_digest logging.getLevelNamesMapping math.cbrt math.exp2 operator.call re.NOFLAG
        sqlite3.Blob sys.exception typing.Self typing.Never typing.LiteralString
        typing.Required typing.NotRequired typing.Unpack typing.TypeVarTuple typing.assert_never typing.assert_type
        typing.reveal_type typing.dataclass_transform typing.get_overloads typing.clear_overloads
        inspect.getmembers_static inspect.ismethodwrapper ExceptionGroup BaseExceptionGroup
    """,
    (3, 12): """
        typing.override typing.TypeAliasType itertools.batched math.sumprod collections.abc.Buffer
        calendar.Month calendar.Day calendar.JANUARY calendar.FEBRUARY inspect.BufferFlags
        inspect.markcoroutinefunction inspect.getasyncgenstate inspect.getasyncgenlocals logging.getHandlerByName
        logging.getHandlerNames random.binomialvariate sys.monitoring threading.setprofile_all_threads
        threading.settrace_all_threads types.get_original_bases asyncio.eager_task_factory
        asyncio.create_eager_task_factory os.listdrives os.listmounts os.listvolumes os.unshare
        os.setns
    """,
    (3, 13): """
        typing.TypeIs typing.ReadOnly typing.NoDefault typing.get_protocol_members typing.is_protocol
        warnings.deprecated copy.replace math.fma queue.ShutDown asyncio.QueueShutDown os.process_cpu_count
        pathlib.UnsupportedOperation statistics.kde statistics.kde_random
        base64.z85encode base64.z85decode dbm.sqlite3 glob.translate mimetypes.guess_file_type
        re.PatternError types.CapsuleType enum.EnumDict PythonFinalizationError
    """,
    (3, 14): """
        annotationlib compression compression.zstd string.templatelib concurrent.interpreters pathlib.types
        concurrent.futures.InterpreterPoolExecutor typing.evaluate_forward_ref functools.Placeholder uuid.uuid6
        uuid.uuid7 uuid.uuid8 uuid.NIL uuid.MAX heapq.heappush_max heapq.heappop_max heapq.heapify_max
        heapq.heapreplace_max heapq.heappushpop_max io.Reader io.Writer os.reload_environ operator.is_none
        operator.is_not_none asyncio.capture_call_graph asyncio.print_call_graph asyncio.future_add_to_awaited_by

    """,
}
_SINCE = {name: version for version, names in _NEWER.items() for name in re.findall(r"\S+", names)}


def since(module: str, name: str) -> tuple[int, int] | None:
    """Return from which Python on a module, a name in one, or one of Python's built-in names is there.

    Either may be empty.
    """
    return _SINCE.get(".".join(filter(None, (module, name))))
