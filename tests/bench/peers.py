"""The peers' environment, made by the benchmark itself below outputs/, with reportkit in it for their kernels."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PEERS = Path(__file__).with_name("peers.txt")


class NoPeers(Exception):
    """Their environment can't be made; the message says why."""


def peers_python(repository: Path) -> Path:
    """The interpreter of an environment with the peers, an earlier run's where it has the same. Raises NoPeers."""
    wanted = hashlib.sha256(PEERS.read_bytes() + (repository / "pyproject.toml").read_bytes()).hexdigest()[:12]
    folder = repository / "outputs/.bench" / f"peers-{sys.version_info.major}.{sys.version_info.minor}-{wanted}"
    python = folder / "bin/python"
    finished = folder / ".finished"
    if not finished.exists():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run(
            [*command, "-r", str(PEERS), "-e", str(repository)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NoPeers(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip failed")
        finished.touch()
    return python
