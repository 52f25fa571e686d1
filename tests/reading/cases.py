"""The composed cases and how they are scored; ``python -m tests.reading.cases`` prints the figures."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("cases")


@dataclass
class Tally:
    """Hits, what was found and what was to be found, and the cases that went wrong."""

    right: int
    found: int
    wanted: int
    wrong: list[str]

    @property
    def precision(self):
        return self.right / max(self.found, 1)

    @property
    def recall(self):
        return self.right / max(self.wanted, 1)


def read_cases(name, part="all"):
    """Read the lines of a case file; every third is ``held-out``, the others are ``tuned``."""
    lines = [line for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    lines = [line.replace("\\n", "\n") for line in lines]
    parts = {"all": lines, "held-out": lines[2::3], "tuned": [line for i, line in enumerate(lines) if i % 3 != 2]}
    return parts[part]


def sentence_tally(part="all"):
    from parley.reading.sentences import split

    cases = read_cases("sentences.txt", part)
    wrong = []
    for case in cases:
        text = re.sub(r"[‖{}]", "", case)
        wanted = [re.sub(r"\{.*?\}", "", piece).strip() for piece in case.split("‖")]
        found = split(text)
        assert all(text[sentence.start : sentence.end] == sentence.text for sentence in found)
        if [sentence.text for sentence in found] != wanted:
            wrong.append(" ‖ ".join(sentence.text for sentence in found))
    return Tally(len(cases) - len(wrong), len(cases), len(cases), wrong)


def mention_tally(part="all"):
    """A mention is right where it overlaps a marked one and has its party; each marked one is hit once."""
    from parley.reading.mentions import find

    tally = Tally(0, 0, 0, [])
    for case in read_cases("mentions.txt", part):
        text, wanted = "", []
        for before, words, party in re.findall(r"([^\[]*)(?:\[([^|\]]+)\|([^\]]+)\])?", case):
            text += before
            if words:
                wanted.append((len(text), len(text) + len(words), party))
                text += words
        found = [mention for mention in find(text) if not mention.reason]
        left = list(wanted)
        for mention in found:
            hit = next((w for w in left if w[0] < mention.end and mention.start < w[1] and w[2] == mention.party), None)
            if hit:
                left.remove(hit)
                tally.right += 1
        tally.found += len(found)
        tally.wanted += len(wanted)
        if left or len(found) > len(wanted) - len(left):
            said = ", ".join(f"{mention.text} = {mention.party}{mention.reason and ': ' + mention.reason}" for mention in find(text))
            tally.wrong.append(f"{text}  ->  {said}")
    return tally
