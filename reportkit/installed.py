"""What is installed: distributions with all that they need themselves, as pip's own records have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


@dataclass(frozen=True, slots=True)
class Installed:
    """A distribution by its normalised name, and the names of those that it needs on this system."""

    name: str
    version: str
    needs: tuple[str, ...]


def closure(names: Sequence[str]) -> Mapping[str, Installed]:
    """By name, in order: the distributions and all that they need, extras left out; what isn't installed is missing."""
    found: dict[str, Installed] = {}
    waiting = [str(canonicalize_name(name)) for name in names]
    while waiting:
        each = installed(waiting.pop())
        if each is not None and each.name not in found:
            found[each.name] = each
            waiting += each.needs
    return dict(sorted(found.items()))


@cache
def installed(name: str) -> Installed | None:
    """What pip has noted of one distribution; None where it isn't installed."""
    try:
        found = distribution(name)
    except PackageNotFoundError:  # needed on another system only
        return None
    needed = [Requirement(text) for text in found.requires or ()]
    here = [each.name for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return Installed(name, found.version, tuple(sorted({str(canonicalize_name(each)) for each in here})))
