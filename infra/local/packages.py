"""Deployment packages from the host's debug build: each binary stripped and zipped as `bootstrap`, remade when it changed."""
import os
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor


def build(names, binaries, folder):
    """Packages `names` from `binaries` into `folder`; returns name -> path."""
    folder.mkdir(exist_ok=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(names, pool.map(lambda name: _package(name, binaries / name, folder), names)))


def _package(name, binary, folder):
    package = folder / f"{name}.zip"
    built = binary.stat().st_mtime_ns
    if package.exists() and package.stat().st_mtime_ns == built:
        return package
    stripped = folder / name
    subprocess.run(["strip", "-o", stripped, binary], check=True)
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, stripped.read_bytes())
    stripped.unlink()
    os.utime(package, ns=(built, built))
    return package
