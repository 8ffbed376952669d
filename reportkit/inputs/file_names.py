"""What there is to say of a file in params/<year>/ that no department's id names: copies, other endings, full names."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from reportkit.messages.said import Said
from reportkit.model import Register

_ENDING = re.compile(r"\.(ya?ml(\..*)?|yaml.*)\Z", re.I | re.S)
_COPY = re.compile(
    r"[-—_\s]*(?:副本|复件|拷贝|备份|copy)\s*[(（]?\d*[)）]?\Z|\s*[(（]\d+[)）]\Z|\A(?:副本|复件|copy of)[-—_\s]*", re.I
)
_LOCK = re.compile(r"\A(?:~\$|\.~lock\.).*\.ya?ml", re.I)
_NAMED_ALIKE = 0.6


def is_lock(name: str) -> bool:
    """Whether a file is what a program leaves beside one that it has open."""
    return _LOCK.match(name) is not None


def misnamed(stem: str, register: Register) -> tuple[Said, str] | None:
    """What is wrong with the name of a submission, given without `.yaml`, and that name; None for nothing known."""
    ending = _ENDING.search(stem)
    name = stem if ending else f"{stem}.yaml"
    if ending and (meant := _meant(stem[: ending.start()], register)):
        return Said("misnamed_yml", file=name, ending=ending[0], wanted=f"{meant}.yaml"), name
    bare = stem[: ending.start()] if ending else stem
    if original := _COPY.sub("", bare) if _COPY.search(bare) else "":
        if meant := _meant(original, register):
            return Said("misnamed_copy", file=name, wanted=f"{meant}.yaml"), name
        return Said("misnamed_copy_of_something", file=name), name
    if meant := _meant(bare, register):
        return Said("misnamed_by_name", file=name, wanted=f"{meant}.yaml"), name
    return None


def _meant(stem: str, register: Register) -> str | None:
    """The id of the department that a name means: its id in another spelling, its full name or its short one."""
    plain = stem.strip().lower()
    if plain in register:
        return plain
    if stem.isascii():
        return None
    called = {name: body.id for body in register for name in (body.name, body.short_name)}
    near = get_close_matches(stem.strip(), _sharing(stem, called), n=1, cutoff=_NAMED_ALIKE)
    return called[near[0]] if near else None


def _sharing(stem: str, names: Iterable[str]) -> list[str]:
    """Names that begin as this one does: a register may have a hundred thousand."""
    return [name for name in names if name[:1] == stem.strip()[:1] or name in stem or stem in name]
