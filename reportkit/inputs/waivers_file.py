"""What reviewers have waived in one report: params/<year>/<department>.waivers.yaml, beside the submission."""

from reportkit.editions import Edition
from reportkit.errors import InputError, InputErrors, near_match
from reportkit.inputs.documents import WaiversDocument
from reportkit.inputs.project import Project
from reportkit.model import Waiver
from reportkit.text.validation import validate


def waivers_of(project: Project, year: int, department_id: str) -> tuple[Waiver, ...]:
    """A report's waivers, none where there is no file; a rule that can't be waived is an error with its line."""
    name = f"params/{year}/{department_id}.waivers.yaml"
    if not project.files.has(name):
        return ()
    file = project.files.yaml(name)
    edition = project.editions.for_year(year)
    waivable = [rule.id for rule in edition.rulebook.values() if rule.waivable]
    found, errors = [], []
    for number, each in enumerate(validate(WaiversDocument, file).waivers):
        where = file.where(("waivers", number, "rule"))
        if each.rule not in waivable:
            errors.append(_not_waivable(each.rule, waivable, edition, where))
        elif edition.rulebook[each.rule].waivable == "sentence" and each.sentence is None:
            errors.append(InputError("waiver_without_sentence", where=where, rule=each.rule))
        elif edition.rulebook[each.rule].waivable is True and each.sentence is not None:
            errors.append(InputError("waiver_with_sentence", where=where, rule=each.rule))
        found.append(Waiver(each.rule, each.place, each.reason, each.by, each.until, where, each.sentence or ""))
    if errors:
        raise InputErrors(errors)
    return tuple(found)


def _not_waivable(rule: str, waivable: list[str], edition: Edition, where: str) -> InputError:
    """A rule that can't be waived: correct what it finds, or write the rule that was meant."""
    if rule not in edition.rulebook:
        return InputError("unknown_rule_waived", where=where, rule=rule, near=near_match(rule, waivable))
    return InputError("rule_never_waived", where=where, rule=rule, waivable=waivable)
