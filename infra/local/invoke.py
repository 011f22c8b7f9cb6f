"""Sends an event to a function under `make watch`, with each `${NAME}` in it filled in from `<dir>/env`:
`invoke.py .local users events/users/me.json`."""
import json
import os
import re
import socket
import sys
from pathlib import Path

import samples
import settings

WATCH = ("127.0.0.1", 9000)


def main(folder, function, event):
    """Checks what can be wrong, one after the other, and hands over to cargo-lambda."""
    usage = "make invoke F=users E=events/users/me.json"
    problem = samples.function_problem(function, usage) or samples.event_problem(function, event) or _not_ready(folder)
    if problem:
        sys.exit(problem)
    file = folder / "event.json"
    file.touch(mode=0o600)  # it has credentials
    file.write_text(_filled(folder, (settings.ROOT / event).read_text()))
    os.execvp("cargo", ["cargo", "lambda", "invoke", "--invoke-address", WATCH[0], function, "--data-file", str(file)])


def _not_ready(folder):
    if not (folder / "env").is_file():
        return "No local cloud runs here: start it with make up."
    try:
        socket.create_connection(WATCH, timeout=2).close()
    except OSError:
        return "Nobody serves the functions: run make watch in another terminal, and wait until it listens."
    return None


def _filled(folder, text):
    import environment  # reads AWS's libraries, which the message above does not need

    escaped = {name: json.dumps(value)[1:-1] for name, value in environment.read(folder).items()}
    try:
        return re.sub(r"\$\{(\w+)\}", lambda found: escaped[found.group(1)], text)
    except KeyError as missing:
        sys.exit(f"The event names {missing}, which is not in {folder / 'env'}: add the demo data with make seed.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:4])
