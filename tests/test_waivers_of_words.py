"""A false alarm of a rule on words is waived for one sentence as it stands, in the reviewers' file alone."""

from pathlib import Path

import pytest

from reportkit.build.check import check_reports
from reportkit.errors import InputErrors
from reportkit.inputs.project import Project
from reportkit.model import Finding
from tests.building import edit

SUBMISSION, WAIVERS = "params/2024/suqian.yaml", "params/2024/suqian.waivers.yaml"
FALSE = "本年度共收到政府信息公开申请3999件。"


def findings(root: Path) -> list[Finding]:
    (checked,) = check_reports(Project(root), [(2024, "suqian")], 1)
    assert checked.error is None, checked.error
    return list(checked.findings)


def waive(root: Path, rule: str, sentence: str | None) -> None:
    lines = [f"rule: {rule}", "place: overview", "reason: 误判", "by: 审核人", "until: 2025-12-31"]
    lines += [f"sentence: {sentence}"] if sentence else []
    (root / WAIVERS).write_text("waivers:\n  - " + "\n    ".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def root(shipped: Path) -> Path:
    edit(shipped, SUBMISSION, "我市聚焦", f"{FALSE}我市聚焦")
    return shipped


def test_the_finding_tells_how_and_the_waiver_holds_for_its_sentence_alone(root: Path) -> None:
    (found,) = (each for each in findings(root) if each.rule == "N-1")
    assert f"句子指纹：{found.sentence}" in found.fix
    waive(root, "N-1", found.sentence)
    assert not any(each.is_error for each in findings(root))
    edit(root, SUBMISSION, "3999件", "3998件")
    after = findings(root)
    assert [each.rule for each in after if each.is_error] == ["N-1"]
    assert [each.severity.value for each in after if each.rule == "WAIVER"] == ["W"]


def test_another_sentence_does_not_get_through(root: Path) -> None:
    (found,) = (each for each in findings(root) if each.rule == "N-1")
    waive(root, "N-1", found.sentence)
    edit(root, SUBMISSION, FALSE, f"{FALSE}全市共收到政府信息公开申请3998件。")
    assert len([each for each in findings(root) if each.is_error]) == 1


@pytest.mark.parametrize(
    ("rule", "sentence", "said"),
    [
        ("N-1", None, "is for one sentence"),
        ("T2-1", "0123456789ab", "is not for a sentence"),
        ("P-4", "0123456789ab", "can't be waived"),
        ("T3-1", "0123456789ab", "can't be waived"),
        ("S-1", "0123456789ab", "can't be waived"),
    ],
)
def test_what_no_waiver_may_say(root: Path, rule: str, sentence: str | None, said: str) -> None:
    waive(root, rule, sentence)
    (checked,) = check_reports(Project(root), [(2024, "suqian")], 1)
    assert isinstance(checked.error, InputErrors)
    assert said in str(checked.error)
