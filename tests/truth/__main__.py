"""`make truth`: precision and recall on made sentences, twenty thousand of each kind, and every disagreement."""

import argparse
import sys
from collections import Counter

from tests.truth import KINDS, made

BAR = 0.995


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description=__doc__)
    parser.add_argument("--number", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20)
    given = parser.parse_args()
    right = found = expected = wrong = 0
    for kind in KINDS:
        for each in made(kind, given.seed, given.number):
            right += (Counter(each.found) & Counter(each.expected)).total()
            found, expected = found + len(each.found), expected + len(each.expected)
            if not each.agrees:
                wrong += 1
                sys.stdout.write(f"{kind}: {each.expected} but {each.found} ({each.case.why})\n  {each.case.text}\n")
    precision, recall = right / found, right / expected
    total = given.number * len(KINDS)
    sys.stdout.write(f"{total} sentences, {wrong} wrong; precision {precision:.4f}, recall {recall:.4f}\n")
    return 0 if min(precision, recall) >= BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
