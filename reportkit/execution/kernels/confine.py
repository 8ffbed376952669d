"""What a kernel is kept from where the system offers it: the network, and more memory than its limit."""

import ctypes
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWNET = 0x4000_0000
_PROBE = "from reportkit.execution.kernels.confine import cut_network; print(cut_network())"
_UNLIMITED = 0
_EVERY_KERNELS_BYTES = 256 * 2**20
"""What is counted of a kernel that has done nothing yet: its libraries' data, its threads' stacks."""


def cut_network() -> str:
    """Leaves this process, and what it starts, no network but Unix sockets; it must have one thread.

    Returns why that can't be done; empty where it was. Source: unshare(2), user_namespaces(7).
    """
    if sys.platform != "linux":
        return "this system has no network namespaces"
    user, group = os.geteuid(), os.getegid()
    if not (refused := _unshare(_CLONE_NEWNET)):
        return ""
    if _unshare(_CLONE_NEWUSER | _CLONE_NEWNET):
        return refused
    # Files are still made by the same user, and seen as such.
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return ""


def _unshare(flags: int) -> str:
    """The system's reason where it refuses; `os.unshare` came with Python 3.12."""
    libc = ctypes.CDLL(None, use_errno=True)
    return os.strerror(ctypes.get_errno()) if libc.unshare(flags) else ""


def why_not_cut() -> str:
    """Why a kernel can't be kept from the network here; empty where it can. Tried in a process of its own."""
    command = [sys.executable, "-c", _PROBE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own interpreter
    return done.stdout.strip() if done.returncode == 0 else "it could not be tried"


def limit_memory(most_bytes: int) -> None:
    """Lets this process, and each that it starts, have so many bytes beside what every kernel needs.

    More is a MemoryError. Source: RLIMIT_DATA in setrlimit(2).
    """
    if sys.platform == "linux":
        import resource

        most = most_bytes + _EVERY_KERNELS_BYTES
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def confined_command(command: list[str], *, network: bool, memory_bytes: int | None) -> list[str]:
    """The command that runs another one confined, for kernels that aren't forked."""
    if sys.platform != "linux" or (network and memory_bytes is None):
        return command
    return [sys.executable, "-m", __name__, str(int(network)), str(memory_bytes or _UNLIMITED), *command]


def main() -> NoReturn:
    """`python -m …confine NETWORK BYTES COMMAND…`: becomes the command, without network where NETWORK is 0."""
    network, memory_bytes, *command = sys.argv[1:]
    if network == "0":
        cut_network()
    if int(memory_bytes) != _UNLIMITED:
        limit_memory(int(memory_bytes))
    os.execvp(command[0], command)  # noqa: S606 - the kernelspec's own command


if __name__ == "__main__":
    main()
