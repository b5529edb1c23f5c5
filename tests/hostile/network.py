"""Promise 3: nothing can be reached."""

from __future__ import annotations

from .attack import Attack, probe

NETWORK = "network namespace"
MOUNTS = "its own file system"
CALLS = "system calls refused"
CALLED = "called a service"

ATTACKS = [
    Attack(
        "a service on the loopback",
        3,
        "to reach a service of this machine by TCP",
        NETWORK,
        probe("import socket; socket.create_connection(('127.0.0.1', $tcp), 2).send(b'x')"),
        says="ConnectionRefused|PermissionError",
        bare=CALLED,
    ),
    Attack(
        "a service by its IPv6 address",
        3,
        "the same by IPv6, and as an IPv4 address within it",
        NETWORK,
        probe("""
        import socket
        for host in ('::1', '::ffff:127.0.0.1'):
            try: socket.create_connection((host, $tcp), 2).send(b'x')
            except OSError as error: found = 'refused: %r' % error
    """),
        says="refused",
    ),
    Attack(
        "a service by UDP",
        3,
        "to send a datagram",
        NETWORK,
        probe("""
        import socket
        for host in ('127.0.0.1', '255.255.255.255', '224.0.0.1'):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                try: link.sendto(b'x', (host, $udp))
                except OSError as error: found = 'refused: %r' % error
    """),
        says="unreachable|did it|refused",
        bare=CALLED,
    ),
    Attack(
        "an abstract socket",
        3,
        "to reach a service by a name that is in no folder",
        NETWORK,
        probe("import socket; socket.socket(socket.AF_UNIX).connect('\\0$abstract')"),
        says="ConnectionRefused",
        bare=CALLED,
    ),
    Attack(
        "a socket in a folder",
        3,
        "to reach a service by a socket file",
        MOUNTS,
        probe("import socket; socket.socket(socket.AF_UNIX).connect('$unix')"),
        says="FileNotFound",
        bare=CALLED,
    ),
    Attack(
        "D-Bus, X and containers",
        3,
        "to reach the session's services where they usually are",
        MOUNTS,
        probe("""
        import socket
        found = 'nothing'
        for name in ('/run/dbus/system_bus_socket', '/run/user/1000/bus', '/tmp/.X11-unix/X0', '\\0/tmp/.X11-unix/X0',
                     '/run/docker.sock', '/run/systemd/private', '/run/user/1000/wayland-0', '/dev/log'):
            try: socket.socket(socket.AF_UNIX).connect(name); found = name
            except OSError: pass
    """),
        says="nothing",
    ),
    Attack(
        "the machine below",
        3,
        "to reach the host of a virtual machine",
        CALLS,
        probe("import socket; socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, 1))"),
        says=r"OSError\(97",
    ),
    Attack(
        "other families of sockets",
        3,
        "kernel doors that no web app needs",
        CALLS,
        probe("""
        import socket
        opened = []
        for family in range(46):
            for kind in (1, 2, 3, 5):
                if family not in (1, 2, 10, 16):
                    try: socket.socket(family, kind); opened.append(family)
                    except OSError: pass
        found = opened or 'nothing'
    """),
        says="nothing",
    ),
    Attack(
        "raw packets",
        3,
        "ICMP and Ethernet packets",
        "no capabilities",
        probe("""
        import socket
        found = 'nothing'
        for one in ((socket.AF_INET, 3, 1), (socket.AF_INET6, 3, 58), (socket.AF_INET, 2, 1), (17, 3, 768)):
            try: socket.socket(*one).sendto(b'x' * 8, ('127.0.0.1', 0)); found = one
            except OSError: pass
    """),
        says="nothing",
    ),
    Attack(
        "the list of interfaces",
        3,
        "to see or change the machine's network by netlink",
        NETWORK,
        probe("import socket; found = [name for _, name in socket.if_nameindex()]"),
        says=r"displays \"\['lo'\]",
    ),
    Attack(
        "names",
        3,
        "to send something out in the name that is looked up",
        NETWORK,
        probe("import socket; socket.gethostbyname('$nonce.example.org')"),
        says="gaierror",
    ),
    Attack(
        "a second Python on the same network",
        3,
        "to try it from a child process",
        NETWORK,
        probe("""
        import subprocess, sys
        program = 'import socket; socket.create_connection(("127.0.0.1", $tcp), 2).send(b"x")'
        found = subprocess.run([sys.executable, '-c', program], capture_output=True, text=True).stderr[-60:]
    """),
        says="refused|PermissionError",
        bare=CALLED,
    ),
]
