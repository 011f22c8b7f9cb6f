"""npm packages that a folder's lockfile pins."""
import subprocess
import sys


def install(folder):
    """Installs what the lockfile in `folder` says, unless it is installed."""
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent"], cwd=folder, check=True, stdout=sys.stderr)
        installed.touch()
