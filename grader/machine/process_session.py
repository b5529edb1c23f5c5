"""A process in a session of its own, which a signal can end as a whole; apart from what looks at other processes."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress


class Session(subprocess.Popen[bytes]):
    """A process that has been started in a session of its own."""

    @property
    def killed(self) -> bool:
        """Whether it ended by a signal that nobody in the sandbox can send: bubblewrap turns those into exit codes."""
        return (self.poll() or 0) < 0

    def kill(self) -> None:
        """End all of the session."""
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
        with suppress(OSError):
            super().kill()
