"""`python -m tests.disk_scene PROJECT`: runs on a disk that is full, then read-only, then as it should be.

It mounts a small tmpfs as outputs/, so it must be started in a mount namespace of its own (`unshare --mount`). What it
finds is printed as JSON, for tests/test_disk.py to judge.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SIZE_MB = 64
BEFORE, AFTER = "政策发布与解读同步考虑。", "政策发布与解读一并考虑。"


def run(root: Path, *command: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "reportkit", *(command or ("run",)), "--json", "-C", str(root)],
        capture_output=True,
        text=True,
        check=False,
    )
    return {"code": done.returncode, "told": done.stderr[-3000:] + done.stdout[-3000:], "published": published(root)}


def published(root: Path) -> dict[str, Any]:
    """Whether the publication is whole, and whether it says what the submission says now."""
    folder = root / "outputs/2024/suqian"
    page = folder / "report.html"
    return {
        "whole": is_whole(root),
        "new": page.is_file() and AFTER in page.read_text(encoding="utf-8"),
        "half": [path.name for path in (root / "outputs").rglob("*.new")],
    }


def is_whole(root: Path) -> bool:
    command = [sys.executable, "-m", "reportkit", "verify", "-C", str(root)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def fill(folder: Path, leave_bytes: int) -> Path:
    """Fills the disk but for so many bytes."""
    path = folder / "filler"
    with path.open("wb") as file:
        try:
            while True:
                file.write(b"x" * 65536)
                file.flush()
        except OSError:
            pass
    with path.open("r+b") as file:
        file.truncate(max(0, path.stat().st_size - leave_bytes))
    return path


def main() -> None:
    root = Path(sys.argv[1])
    outputs = root / "outputs"
    outputs.mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(outputs))
    found = {"first": run(root)}
    path = root / "params/2024/suqian.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(BEFORE, AFTER), encoding="utf-8")
    for name, leave in (("full", 0), ("nearly full", 200_000)):
        filler = fill(outputs, leave)
        found[name] = run(root)
        filler.unlink()
    mount("-o", "remount,ro", str(outputs))
    found["read-only"] = run(root)
    found["read-only build"] = run(root, "build", "--all")
    mount("-o", "remount,rw", str(outputs))
    filler = fill(outputs, 900_000)
    found["almost enough"] = run(root)
    filler.unlink()
    found["again"] = run(root)
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
