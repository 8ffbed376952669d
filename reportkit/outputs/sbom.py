"""The SBOM of a build, in CycloneDX: which libraries of which version and licence made the reports that name it."""

import json
import platform
from functools import cache
from importlib.metadata import metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from reportkit.digests import digest_of
from reportkit.installed import Installed, closure
from reportkit.outputs.swap import write_file
from reportkit.text.strings import json_bytes

FOLDER = "sbom"
"""Below outputs/."""
_OWN = "reportkit"
_LONGEST_LICENSE = 100
"""Some distributions have the licence's whole text where its name belongs."""


@cache
def sbom_name() -> str:
    """The file, below outputs/, of what is installed now: the same versions have the same name and the same bytes."""
    return f"{FOLDER}/{_serial_number()}.cdx.json"


def keep_sbom(outputs: Path) -> None:
    """Writes the SBOM where it doesn't lie there yet. Raises PublishingError where the disk is full or read-only."""
    path = outputs / sbom_name()
    if not path.is_file():
        write_file(path, sbom())


def sbom() -> bytes:
    """CycloneDX 1.6 as JSON, without a clock; valid by its schema. Versions are those that pip has noted."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.license import LicenseAcknowledgement
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    make = LicenseFactory()

    def component(installed: Installed) -> Component:
        is_own = installed.name == _OWN
        return Component(
            type=ComponentType.APPLICATION if is_own else ComponentType.LIBRARY,
            name=installed.name,
            version=installed.version,
            bom_ref=f"{installed.name}=={installed.version}",
            purl=None if is_own else PackageURL("pypi", name=installed.name, version=installed.version),
            licenses=[
                make.make_from_string(text, license_acknowledgement=LicenseAcknowledgement.DECLARED)
                for text in _licenses(installed.name)
            ],
        )

    parts = closure((_OWN,))
    components = {name: component(installed) for name, installed in parts.items()}
    bom = Bom(serial_number=_serial_number())
    bom.metadata.component = components[_OWN]
    bom.components.update(each for name, each in components.items() if name != _OWN)
    bom.components.add(
        Component(
            type=ComponentType.PLATFORM,
            name=platform.python_implementation(),
            version=platform.python_version(),
            bom_ref="python",
        )
    )
    for name, installed in parts.items():
        bom.register_dependency(components[name], [components[each] for each in installed.needs if each in components])
    data: dict[str, Any] = json.loads(JsonV1Dot6(bom).output_as_string())
    del data["metadata"]["timestamp"]
    return json_bytes(data)


@cache
def _serial_number() -> UUID:
    versions = {name: installed.version for name, installed in closure((_OWN,)).items()}
    return uuid5(NAMESPACE_URL, f"reportkit-sbom:{digest_of([platform.python_version(), versions])}")


def _licenses(name: str) -> list[str]:
    """What a distribution's metadata says: an SPDX expression, or a name, or the names among its classifiers."""
    found = metadata(name)
    for field in ("License-Expression", "License"):
        text = (found.get_all(field) or [""])[0].strip()
        if text and "\n" not in text and len(text) <= _LONGEST_LICENSE and text != "UNKNOWN":
            return [text]
    classifiers = [each for each in found.get_all("Classifier") or () if each.startswith("License ::")]
    return sorted({each.rpartition(" :: ")[2] for each in classifiers})
