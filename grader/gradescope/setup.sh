#!/usr/bin/env bash
# Gradescope runs this once, as root and with the network, when the autograder is uploaded.
set -euo pipefail

root=${AUTOGRADER_ROOT:-/autograder}
source=$root/source

if ! python3 -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 10))'; then
  apt-get update
  DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3 python3-venv
fi
python3 -m venv "$source/venv"
"$source/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$source"/wheels/*.whl

# The browser, and the sandbox where this container allows one; what is lacking is said here and in each report.
export PLAYWRIGHT_BROWSERS_PATH=$source/browsers
"$source/venv/bin/grader" doctor --install || echo "Some checks will be skipped, see above."

chmod -R a+rX "$source" # run_autograder does not grade as root
