"""The guides that `reportkit docs` opens: one Markdown file a topic, with a title, and whom it is for below it."""

from dataclasses import dataclass
from pathlib import Path

from reportkit.docs.modules import module_list
from reportkit.errors import ProjectError, near_match

FOLDER = Path(__file__).parent
READERS = {
    "填报人员": ("clerks", "checks"),
    "分析人员": ("analysts",),
    "审阅人员": ("reviewers",),
    "运维人员": ("operators", "commands"),
    "Developers": (
        "modules",
        "contracts",
        "editions",
        "rules",
        "kernels",
        "cache",
        "review",
        "cluster",
        "formats",
        "performance",
    ),
}
"""The topics in the order in which they are listed, by their readers; a topic's file is named after it."""


@dataclass(frozen=True)
class Guide:
    """One topic: what it is called, the readers under whom it is listed, its text, and a sentence on whom it is for."""

    topic: str
    readers: str
    title: str
    audience: str
    text: str

    @property
    def language(self) -> str:
        return "en" if self.readers == "Developers" else "zh-CN"


def guides() -> tuple[Guide, ...]:
    """Every guide, in the order in which they are listed."""
    return tuple(_read(topic, readers) for readers, topics in READERS.items() for topic in topics)


def guide(topic: str) -> Guide:
    """The guide of a topic, which may be written as its file's name; ProjectError where there is none."""
    known = {each: readers for readers, topics in READERS.items() for each in topics}
    name = topic.removesuffix(".md")
    if name not in known:
        raise ProjectError("no_such_topic", where="reportkit docs", topic=topic, near=near_match(name, known))
    return _read(name, known[name])


def _read(topic: str, readers: str) -> Guide:
    text = (FOLDER / f"{topic}.md").read_text(encoding="utf-8")
    if topic == "modules":
        text += f"\n{module_list()}"
    title, audience, _ = text.split("\n\n", 2)
    return Guide(topic, readers, title.removeprefix("# "), audience, text)
