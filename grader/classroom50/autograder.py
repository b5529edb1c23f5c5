"""What Classroom 50 starts for each submission, in the student's checkout: installs the grader and has it grade.

Made by ``grader classroom50``; it runs before anything is installed, so it needs nothing but Python.
"""

import os
import subprocess
import sys
import venv
from importlib.util import find_spec
from pathlib import Path

BUNDLE = Path(__file__).resolve().parent
# Ubuntu restricts the user namespaces that the sandbox is made of; on a runner, sudo asks for no password.
RESTRICTED = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")


def main() -> int:
    """Install, grade, and return the exit code: 0 where there is a result."""
    environment = BUNDLE / "venv"
    has_pip = find_spec("pip") is not None
    venv.create(environment, with_pip=not has_pip)  # which takes three seconds
    python = str(environment / "bin" / "python")
    # The checkout is a stranger's: "python -m pip" there would run what they call pip.py.
    pip = [sys.executable, "-I", "-m", "pip", "--python", python] if has_pip else [python, "-I", "-m", "pip"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.run([*pip, "install", *quiet, *sorted(map(str, BUNDLE.glob("wheels/*.whl")))], cwd=BUNDLE, check=True)
    if RESTRICTED.exists() and RESTRICTED.read_text().strip() != "0":
        sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
        allow = [*sudo, "sysctl", "--quiet", "-w", "kernel.apparmor_restrict_unprivileged_userns=0"]
        subprocess.run(allow, cwd=BUNDLE, check=False)
    return subprocess.run([python, "-I", "-m", "grader.classroom50", str(BUNDLE)], check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"::error title=grader::The grader could not be installed, so nothing was graded: {error}")
