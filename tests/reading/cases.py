"""The composed cases and how they are scored; ``python -m tests.reading.cases`` prints the figures."""

import re
import sys
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
            said = ", ".join(
                f"{mention.text} = {mention.party}{mention.reason and ': ' + mention.reason}" for mention in find(text)
            )
            tally.wrong.append(f"{text}  ->  {said}")
    return tally


def quotation_tally(part="all"):
    """An attribution is right where words overlap the marked ones, the speaker is named and a pronoun marked."""
    from parley.reading.mentions import find
    from parley.reading.sentences import split
    from parley.reading.speakers import utterances

    tally = Tally(0, 0, 0, [])
    for case in read_cases("quotations.txt", part):
        text, wanted = "", []
        for before, speaker, words in re.findall(r"([^{]*)(?:\{([^|}]+)\|([^}]+)\})?", case):
            text += before
            if words:
                wanted.append((len(text), len(text) + len(words), speaker))
                text += words
        found = [words for words in utterances(text, split(text), find(text)) if words.speaker]
        left = [marked for marked in wanted if marked[2] != "-"]
        tally.found += len(found)
        tally.wanted += len(left)
        missed = False
        for words in found:
            hit = next((m for m in left if m[0] < words.end and words.start < m[1] and _names(words, m[2])), None)
            if hit:
                left.remove(hit)
                tally.right += 1
            missed |= not hit
        if left or missed:
            said = "; ".join(
                f"{words.speaker}{'~' * words.pronoun}: {text[words.start : words.end]}" for words in found
            )
            tally.wrong.append(f"{case!r}  ->  {said}")
    return tally


def _names(words, marked):
    return marked.rstrip("~").lower() in words.speaker.lower() and words.pronoun == marked.endswith("~")


def figures():
    """One line for each file of cases and each part of it."""
    kinds = {"sentences": sentence_tally, "mentions": mention_tally, "quotations": quotation_tally}
    for name, tally_of in kinds.items():
        for part in ("tuned", "held-out", "all"):
            tally = tally_of(part)
            cases = len(read_cases(f"{name}.txt", part))
            yield (
                f"{name:10} {part:8} {cases:3} cases: precision {tally.precision:.3f} ({tally.right}/{tally.found}), "
                f"recall {tally.recall:.3f} ({tally.right}/{tally.wanted})"
            )


if __name__ == "__main__":
    sys.stdout.write("\n".join(figures()) + "\n")
