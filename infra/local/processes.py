"""Background processes of a local cloud: started with a log and a locked pid file, ended by that pid.

The child inherits the locked file, so the lock lives exactly as long as the child: a pid file whose lock can be taken
is a left-over, and its number, which may belong to anyone by now, is never signalled.
"""
import fcntl
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request


class NotReady(Exception):
    """A process died or did not answer in time."""


def start(folder, name, command, environment):
    """Starts `command` in the background, output to `<folder>/<name>.log`."""
    with open(_pid_file(folder, name), "w") as pid_file, open(folder / f"{name}.log", "wb") as log:
        fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        child = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            start_new_session=True, pass_fds=[pid_file.fileno()],
        )
        pid_file.write(str(child.pid))


def running(folder, name):
    """The pid of a running process, else None."""
    path = _pid_file(folder, name)
    if not path.exists():
        return None
    with open(path) as pid_file:
        try:
            fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return None
        except BlockingIOError:
            return int(pid_file.read())


def stop(folder, name, seconds=10):
    """Asks a process to end, waits, insists, and ends what it left behind in its process group."""
    pid = running(folder, name)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while running(folder, name) and time.monotonic() < deadline:
        time.sleep(0.05)
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass  # nothing left of the group
    _pid_file(folder, name).unlink()


def wait_until_ready(folder, name, url, seconds=60):
    """Returns once `url` answers 2xx."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if running(folder, name) is None:
            raise NotReady(f"{name} ended at its start; the last lines of {folder / name}.log:\n{_tail(folder, name)}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise NotReady(f"{name} does not answer at {url}; see {folder / name}.log")


def _tail(folder, name):
    return "\n".join((folder / f"{name}.log").read_text(errors="replace").splitlines()[-10:])


def _pid_file(folder, name):
    return folder / f"{name}.pid"
