"""Azurite, which stands for Azure Blob Storage in the tests: `azurite.py up --dir .local-test` prints its address, `azurite.py down --dir .local-test`
ends it. It keeps nothing. Installs itself, in the version that `infra/azurite` pins, where it is missing."""
import argparse
import base64
import datetime
import hashlib
import hmac
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import npm
import processes
import settings

HERE = settings.ROOT / "infra" / "azurite"
NAME = "azurite"
# The emulator's only account and its key, as Microsoft documents them.
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
CONTAINER = "media"


def up(folder):
    """Starts it afresh on a free port, with an empty container; returns where the account answers."""
    npm.install(HERE)
    down(folder)
    folder.mkdir(parents=True, exist_ok=True)
    port = settings.free_port()
    program = HERE / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    command = ["node", program, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--inMemoryPersistence", "--silent"]
    processes.start(folder, NAME, command, settings.base_environment())
    url = f"http://127.0.0.1:{port}/{ACCOUNT}"
    try:
        _make_container(folder, url)
    except BaseException:
        down(folder)
        raise
    return url


def down(folder):
    """Ends what runs in `folder`."""
    processes.stop(folder, NAME)


def _make_container(folder, url, seconds=60):
    """Makes the container, as soon as somebody answers."""
    request = urllib.request.Request(f"{url}/{CONTAINER}?restype=container&{_signature()}", method="PUT")
    deadline = time.monotonic() + seconds
    while True:
        try:
            return urllib.request.urlopen(request, timeout=5).close()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if processes.running(folder, NAME) is None or time.monotonic() > deadline:
                raise processes.NotReady(f"azurite does not answer; see {folder / NAME}.log") from None
            time.sleep(0.05)


def _signature():
    """A shared access signature of the account, good for making containers for some minutes."""
    until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=10)).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields = {"sp": "c", "ss": "b", "srt": "c", "se": until, "sv": "2021-12-02"}
    lines = [ACCOUNT, fields["sp"], fields["ss"], fields["srt"], "", until, "", "", fields["sv"], "", ""]
    digest = hmac.new(base64.b64decode(KEY), "\n".join(lines).encode(), hashlib.sha256).digest()
    return urllib.parse.urlencode({**fields, "sig": base64.b64encode(digest).decode()})


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--dir", type=lambda text: Path(text).resolve(), default=Path(".local-test").resolve())
    options = parser.parse_args()
    if options.command == "down":
        return down(options.dir)
    try:
        print(up(options.dir))
    except (processes.NotReady, FileNotFoundError, subprocess.CalledProcessError, urllib.error.HTTPError) as problem:
        sys.exit(f"Azurite does not start: {problem}")


if __name__ == "__main__":
    main()
