"""Programs that the tests drive and that no wheel carries: a Chromium and an nginx."""

import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from tests.services import throw_away

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@lru_cache
def chromium() -> str | None:
    """Return the path of a Chromium; None for the one that Playwright downloaded.

    In this order: the system's, the system's packages where we may install them,
    Playwright's own download. Raises if there is none to be had.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    if found := _installed(*names):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _apt("update")
        _apt("install", "--yes", "--no-install-recommends", "chromium")
        if found := _installed(*names):
            return found
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True)
    return None


@lru_cache
def nginx() -> str:
    """Return the path of an nginx: the system's, else one unpacked from the system's package.

    Unpacked and not installed: that needs no rights, and would start a server on port 80.
    """
    if found := _installed("nginx"):
        return found
    if shutil.which("apt-get"):
        folder = throw_away("apt")
        (folder / "lists/partial").mkdir(parents=True)
        options = {"Dir::State::lists": folder / "lists", "Dir::Cache": folder}
        ours = [f"-o{name}={value}" for name, value in options.items()]
        _apt(*ours, "update")
        # Debian has the program in the one, older Ubuntus in the other.
        for package in ("nginx", "nginx-core"):
            _apt(*ours, "download", package, folder=folder)
        for archive in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        if (folder / "usr/sbin/nginx").exists():
            return str(folder / "usr/sbin/nginx")
    raise RuntimeError("Install nginx: the tests run the production shape behind a real one.")


def _apt(*arguments: str, folder: Path | None = None) -> None:
    """Run apt-get; what it could not do shows in what is missing afterwards."""
    subprocess.run(
        ["apt-get", "-qq", "-oAPT::Sandbox::User=root", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        cwd=folder,
    )


def _installed(*names: str) -> str | None:
    # Debian's PATH of a normal user lacks sbin.
    path = f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)
