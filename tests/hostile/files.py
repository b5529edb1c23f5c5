"""Promise 2: nothing can be read or written but its own files."""

from __future__ import annotations

from .attack import Attack, probe

MOUNTS = "its own file system"
PIDS = "process namespace"
CALLS = "system calls refused"
TOLD = "told the secret"
CHANGED = "changed a file"

ATTACKS = [
    Attack(
        "a file at home",
        2,
        "to read a file of the instructor's",
        MOUNTS,
        probe("found = open('$file').read()"),
        says="FileNotFound",
        bare=TOLD,
    ),
    Attack(
        "a file by a link",
        2,
        "to read it by a symbolic link in its own folder",
        MOUNTS,
        probe("import os; os.symlink('$file', 'link'); found = open('link').read()"),
        says="FileNotFound",
        bare=TOLD,
    ),
    Attack(
        "a file by a hard link",
        2,
        "to make its own name for a file outside",
        MOUNTS,
        probe("import os; os.link('$file', 'link'); found = open('link').read()"),
        says="FileNotFound|Cross-device|PermissionError",
    ),
    Attack(
        "a file by a static folder",
        2,
        "to have Flask serve the instructor's files",
        MOUNTS,
        probe("found = Flask('x', static_folder='$folder', static_url_path='/s').test_client().get('/s/secret').text"),
        says="Not Found",
        bare=TOLD,
    ),
    Attack(
        "a file overwritten",
        2,
        "to change a file of the instructor's",
        MOUNTS,
        probe("open('$file', 'w').write('changed')"),
        says="refused",
        bare=CHANGED,
    ),
    Attack(
        "a new file elsewhere",
        2,
        "to leave a file in the instructor's folder",
        MOUNTS,
        probe("open('$folder/new', 'w').write('x')"),
        says="refused",
        bare=CHANGED,
    ),
    Attack(
        "everything below the root",
        2,
        "to find the secret anywhere",
        MOUNTS,
        probe("""
        import os
        found = 'not found'
        for here, folders, names in os.walk('/'):
            folders[:] = [name for name in folders if name not in ('proc', 'usr', 'lib', 'sys')]
            if '$secret_name' in names or '$secret_name' in folders: found = here
    """),
        says="not found",
    ),
    Attack(
        "the way out by open folders",
        2,
        "to leave by a folder that is held open somewhere",
        MOUNTS,
        probe("""
        import os
        found = 'not found'
        for number in range(256):
            try: found = os.listdir(os.open('../../../../..$folder', os.O_RDONLY, dir_fd=number))
            except OSError: pass
    """),
        says="not found",
    ),
    Attack(
        "chroot and back",
        2,
        "to leave the root by chroot",
        "no capabilities",
        probe("import os; os.mkdir('x'); os.chroot('x'); found = open('../../../..$file').read()"),
        says="PermissionError",
    ),
    Attack(
        "the environment of others",
        2,
        "to read another process's environment",
        PIDS,
        probe("found = open('/proc/$pid/environ').read().partition('CANARY=')[2]"),
        says="FileNotFound|Permission",
        bare=TOLD,
    ),
    Attack(
        "the grader's environment",
        2,
        "to read the environment of the grader",
        PIDS,
        probe("found = open('/proc/$grader/environ').read()"),
        says="FileNotFound|Permission",
    ),
    Attack(
        "environments of all",
        2,
        "to read the environment of whatever process there is",
        PIDS,
        probe("""
        import glob
        found = 'not found'
        for name in glob.glob('/proc/[0-9]*/environ'):
            try:
                if '$secret' in open(name).read(): found = '$secret'
            except OSError: pass
    """),
        says="not found",
    ),
    Attack(
        "the memory of others",
        2,
        "to read another process's memory",
        CALLS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, $pid, 0, 0) != 0: found = 'refused: %d' % ctypes.get_errno()
    """),
        says="refused: [13]",
    ),
    Attack(
        "the memory of its own first process",
        2,
        "to attach to the jail's own process 1",
        CALLS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ptrace(16, 1, 0, 0) != 0: found = 'refused: %d' % ctypes.get_errno()
    """),
        says="refused: [13]",
    ),
    Attack(
        "device files",
        2,
        "to make a device file for the disk",
        "no capabilities",
        probe("import os, stat; os.mknod('disk', stat.S_IFBLK, os.makedev(8, 0)); found = open('disk', 'rb').read(1)"),
        says="PermissionError",
    ),
    Attack(
        "the kernel's memory",
        2,
        "to read what devices and the kernel give",
        MOUNTS,
        probe("""
        found = 'nothing'
        for name in ('/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/fuse', '/dev/kvm', '/proc/kcore'):
            try: found = name if open(name, 'rb').read(8) else found
            except OSError: pass
    """),
        says="nothing",
    ),
    Attack(
        "a disk by its handle",
        2,
        "to open a file by its number, past every folder",
        CALLS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        handle = ctypes.create_string_buffer(bytes([8, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]))
        if libc.open_by_handle_at(-100, handle, 0) < 0: found = 'refused: %d' % ctypes.get_errno()
    """),
        says="refused: 1",
    ),
    Attack(
        "mounts of its own",
        2,
        "to mount a disk, or the list of processes",
        CALLS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b'proc', b'/tmp', b'proc', 0, None) != 0: found = 'refused: %d' % ctypes.get_errno()
    """),
        says="refused: 1",
    ),
    Attack(
        "keys in the kernel",
        2,
        "to keep or find keys in the kernel's keyrings",
        CALLS,
        probe("""
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        number = {'x86_64': 248, 'aarch64': 217}[__import__('os').uname().machine]
        if libc.syscall(number, b'user', b'$nonce', b'x', 1, -4) < 0: found = 'refused: %d' % ctypes.get_errno()
    """),
        says="refused: 1",
    ),
    Attack(
        "signals",
        2,
        "to end the instructor's processes",
        PIDS,
        probe("import os; os.kill($pid, 9)"),
        says="ProcessLookup",
        bare="ended a process",
    ),
    Attack(
        "other priorities",
        2,
        "to slow down or speed up others",
        PIDS,
        probe("import os; os.setpriority(os.PRIO_PROCESS, $pid, 19)"),
        says="ProcessLookup",
    ),
]
