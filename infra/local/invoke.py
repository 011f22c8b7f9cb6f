"""Prints a sample event with the `${NAME}` in it filled in from `<dir>/env`: `invoke.py .local events/users/me.json`."""
import json
import string
import sys
from pathlib import Path

import environment

folder, event = Path(sys.argv[1]), Path(sys.argv[2])
escaped = {name: json.dumps(value)[1:-1] for name, value in environment.read(folder).items()}
sys.stdout.write(string.Template(event.read_text()).safe_substitute(escaped))
