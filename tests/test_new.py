"""`reportkit new`: a whole project, a department, a year; nothing is overwritten, and no rule passes by itself."""

from pathlib import Path

import pytest

from reportkit.build.plan import check_submission
from reportkit.inputs.project import Project
from reportkit.model import Finding, Severity
from tests.conftest import MakeProject

LAST = "一是更新不及时。部分栏目的信息没有在规定期限内更新，公众查不到最新的办事要求。"
OTHER = "一是查阅不方便。老年人反映网页字号太小，现场又没有纸质材料可供翻看、带走。"


def of_last_year(root: Path, text: str, waivers: str = "") -> list[Finding]:
    """The findings of rule C-1 on a part that was carried over from last year."""
    folder = root / "params"
    (folder / "2023").mkdir()
    (folder / "2023/qinghe-swj.yaml").write_text(f"prose:\n  problems: |\n    {LAST}\n", encoding="utf-8")
    now = f"carried_over: [problems]\nprose:\n  problems: |\n    {text}\n"
    (folder / "2024/qinghe-swj.yaml").write_text(now, encoding="utf-8")
    if waivers:
        (folder / "2024/qinghe-swj.waivers.yaml").write_text(waivers, encoding="utf-8")
    project = Project(root)
    _, found = check_submission(project, project.submission(2024, "qinghe-swj"))
    return [finding for finding in found if finding.rule == "C-1"]


# Words that were carried over


@pytest.mark.parametrize("text", [LAST, LAST + "另有其他。", LAST.replace("部分栏目", "{{ year }}年，部分栏目")])
def test_words_carried_over_block_publication_until_they_are_rewritten(make_project: MakeProject, text: str) -> None:
    (found,) = of_last_year(make_project("one-section"), text)
    assert (found.severity, found.slot, found.blocks) == (Severity.ERROR, "problems", True)


def test_words_that_were_rewritten_do_not(make_project: MakeProject) -> None:
    assert of_last_year(make_project("one-section"), OTHER) == []


def test_a_reviewer_may_waive_what_stays_as_it_was(make_project: MakeProject) -> None:
    waived = "waivers: [{rule: C-1, place: problems, reason: 情况没有变化, by: 审核人, until: 2026-12-31}]\n"
    (found,) = of_last_year(make_project("one-section"), LAST, waived)
    assert found.waiver is not None
    assert not found.blocks


def test_a_part_that_there_is_not_cant_have_been_carried_over(make_project: MakeProject) -> None:
    root = make_project("one-section", {"params/2024/qinghe-swj.yaml": "carried_over: [problem]\n"})
    with pytest.raises(Exception, match=r"params/2024/qinghe-swj.yaml, line 1.*problems"):
        Project(root).submission(2024, "qinghe-swj")
