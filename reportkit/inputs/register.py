"""params/departments.yaml: every body once, with a parent that is there."""

from collections.abc import Mapping
from functools import lru_cache

import yaml

from reportkit.errors import InputError, near_match
from reportkit.inputs.documents import DepartmentDocument, RegisterDocument
from reportkit.model import Contact, Department, Register
from reportkit.text.validation import validate
from reportkit.text.yamlfile import YamlFile


def read_register(file: YamlFile) -> Register:
    """All departments; repeated ids, unknown parents and circles are errors with their line."""
    return _register(validate(RegisterDocument, file), file)


def register_part(register: Register, file: YamlFile, department: Department) -> bytes:
    """A register with just this department and the bodies it names: what its own report may depend on."""
    names: set[str] = set()
    wanted = [department.id]
    while wanted:
        name = wanted.pop()
        if name not in names:
            names.add(name)
            wanted += [other for other in (register[name].parent, register[name].successor) if other]
    order = order_of(register)
    departments = file.data["departments"]
    entries = [departments[number] for number in sorted(order[name] for name in names)]
    return yaml.safe_dump({"departments": entries}, allow_unicode=True, sort_keys=False).encode()


@lru_cache(maxsize=4)
def order_of(register: Register) -> Mapping[str, int]:
    """Department's id → its place in the register, from 0."""
    return {name: number for number, name in enumerate(register.departments)}


def _register(document: RegisterDocument, file: YamlFile) -> Register:
    departments: dict[str, Department] = {}
    for number, entry in enumerate(document.departments):
        if entry.id in departments:
            raise InputError("department_twice", where=file.where(("departments", number, "id")), department=entry.id)
        departments[entry.id] = _department(entry)
    for number, department in enumerate(departments.values()):
        for key, other in (("parent", department.parent), ("successor", department.successor)):
            if other is not None and other not in departments:
                raise InputError(
                    "unknown_other_department",
                    where=file.where(("departments", number, key)),
                    department=department.id,
                    key=key,
                    other=other,
                    near=near_match(other, departments),
                )
        _refuse_circle(departments, department, file.where(("departments", number, "parent")))
    return Register(departments)


def _refuse_circle(departments: Mapping[str, Department], start: Department, where: str) -> None:
    seen, above = {start.id}, start.parent
    while above is not None:
        if above in seen:
            raise InputError("department_above_itself", where=where, department=start.id)
        seen.add(above)
        above = departments[above].parent


def _department(entry: DepartmentDocument) -> Department:
    contact = entry.contact
    return Department(
        id=entry.id,
        name=entry.name,
        short_name=entry.short_name,
        also_called=tuple(entry.also_called),
        kind=entry.kind,
        level=entry.level,
        parent=entry.parent,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        successor=entry.successor,
        reports=entry.reports,
        contact=Contact(
            office=contact.office,
            address=contact.address,
            phone=contact.phone,
            portal=contact.portal,
            column=tuple(contact.column),
            url=contact.url,
        ),
    )
