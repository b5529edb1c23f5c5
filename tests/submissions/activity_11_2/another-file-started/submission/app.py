import subprocess
import sys

from flask import Flask

subprocess.run([sys.executable, 'server.py'])
