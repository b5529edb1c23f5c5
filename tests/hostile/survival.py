"""Promise 4: nothing outlives its grading."""

from __future__ import annotations

from .attack import Attack, probe

PIDS = "process namespace"
MOUNTS = "its own file system"
LEFT = "left a process"
LEFT_FILE = "left a file"

_NAMED = "import ctypes, os, time; ctypes.CDLL(None).prctl(15, b'$nonce')\n"

ATTACKS = [
    Attack(
        "a daemon",
        4,
        "to live on in a session of its own",
        PIDS,
        probe(
            _NAMED
            + """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in range(256):
            try: os.close(number)
            except OSError: pass
        time.sleep(60)
    os._exit(0)
    """
        ),
    ),
    Attack(
        "a daemon under another home",
        4,
        "to live on where nobody looks for it",
        PIDS,
        probe("""
        import os, subprocess, sys
        program = 'import os, time; os.fork() and os._exit(0); time.sleep(60) # $nonce'
        subprocess.Popen([sys.executable, '-c', program], start_new_session=True, env={'HOME': '/'},
                         stdin=-3, stdout=-3, stderr=-3)
    """),
        bare=LEFT,
    ),
    Attack(
        "a daemon that hears no signal",
        4,
        "to ignore every signal that can be ignored",
        PIDS,
        probe(
            _NAMED
            + """
import signal
if os.fork() == 0:
    for number in range(1, 65):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
    os.setsid(); time.sleep(60); os._exit(0)
    """
        ),
    ),
    Attack(
        "pipes held open",
        4,
        "to keep the grader waiting for the end of the output",
        PIDS,
        probe(
            _NAMED
            + """
if os.fork() == 0:
    os.setsid()
    time.sleep(60); os._exit(0)
os.kill(os.getpid(), 9)
    """
        ),
        earned=frozenset(),
        says="Python was ended by signal 9",
    ),
    Attack(
        "threads and timers",
        4,
        "threads, timers and alarms that go off later",
        PIDS,
        probe(
            _NAMED
            + """
import signal, threading
for _ in range(9): threading.Timer(30, time.sleep, (60,)).start()
threading.Thread(target=time.sleep, args=(60,)).start()
signal.setitimer(signal.ITIMER_REAL, 30)
    """
        ),
    ),
    Attack(
        "children without end",
        4,
        "children that each start the next one and end",
        PIDS,
        probe(
            _NAMED
            + """
if os.fork() == 0:
    os.setsid()
    while os.fork() == 0: time.sleep(.01)
    os._exit(0)
    """
        ),
    ),
    Attack(
        "a file left in /tmp",
        4,
        "to leave a file for others to find",
        MOUNTS,
        probe("open('/tmp/$nonce', 'w').write('x')"),
        bare=LEFT_FILE,
    ),
    Attack(
        "a file left in shared memory",
        4,
        "to leave a file in shared memory",
        MOUNTS,
        probe("open('/dev/shm/$nonce', 'w').write('x')"),
        bare=LEFT_FILE,
    ),
    Attack(
        "System V memory left",
        4,
        "to leave memory, queues and semaphores that belong to no process",
        "system calls refused",
        probe("""
        import ctypes
        libc = ctypes.CDLL(None)
        found = [libc.shmget($key, 4096, 0o1600), libc.msgget($key, 0o1600), libc.semget($key, 1, 0o1600)]
    """),
        says=r"\[-1, -1, -1\]",
        bare="left memory",
    ),
    Attack(
        "a watch on folders",
        4,
        "to be told of files that others make",
        MOUNTS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        watch = libc.inotify_init()
        found = libc.inotify_add_watch(watch, b'$folder', 0xfff)
    """),
        says='displays "-1"',
    ),
]
