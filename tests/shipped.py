"""The reports that this repository ships."""

from pathlib import Path

SHIPPED = ("2019/shanghai-fgt", "2023/nangang-ysj", "2023/suqian", "2024/suqian")


def keep_shipped(root: Path) -> None:
    """Takes out of a copy what users of this repository have added: the tests are about the reports it ships."""
    for path in (root / "params").glob("*/*.yaml"):
        if f"{path.parent.name}/{path.stem}" not in SHIPPED:
            path.unlink()
    for folder in (each for each in (root / "params").iterdir() if each.is_dir() and not any(each.iterdir())):
        folder.rmdir()


FORMATS = "formats: [html, pdf, docx, fragment]"
"""What the shipped report.yaml says of formats."""
