"""`make corpus`: precision and recall by rule over the labelled corpus, every disagreement, and outputs/corpus.json."""

import json
from pathlib import Path

from tests.corpus import (
    is_on_figures,
    judge_report,
    judge_sentence,
    judge_submission,
    reports,
    rules,
    score,
    sentences,
    submissions,
)

OUT = Path(__file__).parents[2] / "outputs" / "corpus.json"


def main() -> int:
    of_sentences = [judge_sentence(case) for case in sentences()]
    of_submissions = [judge_submission(case) for case in submissions()]
    of_reports = [judge_report(name, case) for name, case in reports().items()]
    every = [*of_sentences, *of_submissions, *of_reports]
    print(f"{len(of_sentences)} sentences, {len(of_submissions)} submissions, {len(of_reports)} whole reports")
    print(f"{'rule':8} {'expected':>8} {'found':>8} {'right':>8} {'precision':>10} {'recall':>8}")
    for rule in rules(every):
        found = score(every, lambda each, rule=rule: each == rule)
        print(
            f"{rule:8} {found.expected:8} {found.found:8} {found.right:8} {found.precision:10.3f} {found.recall:8.3f}"
        )
    for each in every:
        if not each.agrees:
            extra, missed = each.found - each.expected, each.expected - each.found
            print(f"\n{each.name}: too many {dict(extra)}, missed {dict(missed)}\n  {each.text[:300]}")
    figures = score(of_submissions, is_on_figures)
    prose = score(every, lambda rule: not is_on_figures(rule))
    told = {
        name: {"precision": round(each.precision, 4), "recall": round(each.recall, 4), "cases": each.cases}
        for name, each in (("figures", figures), ("prose", prose))
    }
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(f"\n{json.dumps(told)}")
    return 0 if figures.precision == figures.recall == 1 and prose.precision >= 0.97 and prose.recall >= 0.95 else 1


if __name__ == "__main__":
    raise SystemExit(main())
