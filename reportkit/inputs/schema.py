"""JSON Schemas of the files in params/, so that editors complete and check them while they are typed."""

from typing import Any

from reportkit.editions import Edition, Editions
from reportkit.editions.tables import CellSpec
from reportkit.inputs.definition_documents import DefinitionDocument
from reportkit.inputs.documents import RegisterDocument, SubmissionDocument, WaiversDocument
from reportkit.text.strings import json_bytes

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
_KINDS: dict[str, dict[str, Any]] = {
    "count": _COUNT,
    "change": {"type": ["integer", "null"]},
    "amount": {"type": ["number", "null"], "minimum": 0},
}


def schemas(editions: Editions) -> dict[str, bytes]:
    """Every schema file by its project-relative path; a submission's depends on its edition."""
    files = {
        "params/report.schema.json": _document(DefinitionDocument, "params/report.yaml"),
        "params/departments.schema.json": _document(RegisterDocument, "params/departments.yaml"),
        "params/waivers.schema.json": _document(WaiversDocument, "params/<年份>/<机关>.waivers.yaml"),
    }
    for edition in map(editions.load, editions.ids):
        schema = _document(SubmissionDocument, f"填报数据（{edition.name}）")
        schema["properties"]["figures"] = _figures(edition)
        _close(schema["properties"]["facts"])
        schema["properties"]["prose"] = {
            "type": ["object", "null"],
            "description": "各部分文字（Markdown）；{{ 名称 }} 引用数据",
            "additionalProperties": False,
            "properties": {
                slot.id: {"type": ["string", "null"], "description": slot.label} for slot in edition.slots.values()
            },
        }
        schema["properties"]["carried_over"]["items"] = {"type": "string", "enum": list(edition.slots)}
        names = [table.name for table in edition.tables]
        schema["properties"]["blanks_are_zero"]["items"] = {"type": "string", "enum": names}
        files[f"params/submission-{edition.id}.schema.json"] = schema
    return {name: json_bytes(schema) for name, schema in files.items()}


def _document(model: Any, title: str) -> dict[str, Any]:
    return {"$schema": _DIALECT, **model.model_json_schema(), "title": title}


def _close(schema: dict[str, Any]) -> None:
    """Keys that fit no pattern are refused by the reader, so by the schema too."""
    for option in schema["anyOf"]:
        if "patternProperties" in option:
            option["additionalProperties"] = False


def _figures(edition: Edition) -> dict[str, Any]:
    root: dict[str, Any] = {"type": ["object", "null"], "additionalProperties": False, "properties": {}}
    labels = {table.id: f"表{table.number} {table.caption}" for table in edition.tables}
    for row, specs in edition.rows.items():
        node = root
        *above, last = row.split(".")
        for part in above:
            below = {
                "type": ["object", "null"],
                "description": labels.get(part, ""),
                "additionalProperties": False,
                "properties": {},
            }
            node = node["properties"].setdefault(part, below)
        node["properties"][last] = _row(specs)
    return root


def _row(specs: tuple[CellSpec, ...]) -> dict[str, Any]:
    """A row: a list in column order with or without the total, or a mapping by column."""
    parts = [spec for spec in specs if not spec.total]
    lists: list[dict[str, Any]] = [_list(each) for each in ([parts] if len(parts) == len(specs) else [parts, specs])]
    mapping = {
        "type": "object",
        "additionalProperties": False,
        "properties": {spec.column: {**_KINDS[spec.kind], "description": spec.label} for spec in specs},
    }
    return {"description": specs[0].row_label, "anyOf": [*lists, mapping, {"type": "null"}]}


def _list(specs: Any) -> dict[str, Any]:
    return {
        "type": "array",
        "description": "，".join(spec.column_label for spec in specs),
        "prefixItems": [_KINDS[spec.kind] for spec in specs],
        "minItems": len(specs),
        "maxItems": len(specs),
    }
