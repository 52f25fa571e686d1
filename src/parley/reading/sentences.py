"""Text to sentences with offsets: a kept splitter (sentencex), and the rules of news prose that it lacks.

The splitter decides at abbreviations and initials. The rules here cut off datelines and bullets, keep an attribution
with the quotation it ends, part the sentences of a quotation, and part sentences after ``U.S.`` and the like.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sentencex import segment

from parley.reading.words import ATTRIBUTION, STARTERS, TITLES, alternatives

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
DATELINE = re.compile(
    r"(?=[A-Z]{3}|[A-Z]{2,}[ -])[A-Z][A-Z.'’ /-]*[A-Z.](?:, [A-Z][\w.]+(?: [A-Z]\w+)*)?"
    rf"(?:, {_MONTH} \d{{1,2}}(?:, \d{{4}})?)?(?: \([^)\n]{{2,40}}\))?(?: [-–—]+ |\. /[^/\n]{{2,40}}/\. ?)"
)
"""Place in capitals, perhaps country, date and agency, and a dash: ``KYIV, April 28 (Agency) - ``."""

_BULLET = re.compile(r"[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+")
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t])|(?<=[.!?:;”\"])\n(?=[ \t]*[A-Z“\"‘])")
_MASK = str.maketrans('“”"‘\n\t\u00a0', "       ")
_CLOSERS = re.compile(r"(?:[”\"’')\]]|\[\d+\])+")
_STARTER = alternatives(STARTERS)
_TITLE = re.compile(
    rf"(?:^|[\s(“\"‘])(?:{'|'.join(re.escape(t) for t in sorted(TITLES) if t.endswith('.'))}|St\.|vs\.|v\.)$"
)
_HIDDEN = re.compile(
    rf"(?<=[A-Za-z]\.)[ \n]+(?=(?:{_STARTER})\b)|(?<=[.!?…][”\"’)])[ \n]+(?=[A-Z“\"‘])|"
    r"(?:(?<=\b[Nn]o\.)|(?<=\bme\.)|(?<=\bart\.)|(?<=\betc\.))[ \n]+(?=[A-Z“])"
)
_LOWER = re.compile(r"[“\"‘’(\[]*(?!al-|iP)[a-z]|[—–-]+ |\d+(?: percent|%)")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"‘-])(?:approx|incl|est|pop|Art|Sec|par|bn|km|Rt|Hon|Mt|Ft|Lt|Sgt|Pvt|Messrs|Sens|Reps|Gen|Col|Maj|Capt|Adm|Nos|pp|v|vs|"
    r"U\.S|U\.K|U\.N|E\.U|[A-Z])\.$"
)


@dataclass(frozen=True)
class Sentence:
    """A sentence and where it stands: ``article[start:end] == text``."""

    text: str
    start: int
    end: int


def split(text: str) -> list[Sentence]:
    """Split an article into its sentences, in order; datelines and bullets belong to none."""
    return [
        Sentence(text[start:end], start, end)
        for block in _blocks(text)
        for start, end in _sentences(text, *block)
        if any(letter.isalnum() for letter in text[start:end])
    ]


class Placed(Protocol):
    """Anything that stands at an offset of the article."""

    @property
    def start(self) -> int:
        """Return the offset of its first character."""


Item = TypeVar("Item", bound=Placed)


def starting_in(items: Sequence[Item], start: int, end: int) -> Sequence[Item]:
    """Return those of ``items``, which stand in order, that start from ``start`` on and before ``end``."""
    first = bisect_left(items, start, key=lambda item: item.start)
    return items[first : bisect_left(items, end, lo=first, key=lambda item: item.start)]


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Return the offsets of the paragraphs, list items among them, datelines and bullets cut off."""
    return list(_blocks(text))


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for end in [*(match.start() for match in _BREAK.finditer(text)), len(text)]:
        start = at + len(text[at:end]) - len(text[at:end].lstrip())
        for head in (_BULLET, DATELINE):
            if match := head.match(text, start, end):
                start = match.end()
        if start < end:
            yield start, end
        at = end


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    block = text[start:end]
    masked, cuts, at = block.translate(_MASK), set(), 0
    for piece in segment("en", masked):
        at += len(piece)
        cuts.add(_after_closers(block, len(masked[:at].rstrip())))
    cuts |= {match.start() for match in _HIDDEN.finditer(block) if not _TITLE.search(block[: match.start()])}
    last = 0
    for cut in sorted(cuts):
        if cut >= len(block.rstrip()) or _ends_sentence(block, last, cut):
            first = last + len(block[last:cut]) - len(block[last:cut].lstrip())
            if first < cut:
                yield start + first, start + len(block[:cut].rstrip())
            last = cut


def _after_closers(block: str, cut: int) -> int:
    """Move a cut behind the closing quotation marks and brackets that follow it."""
    match = _CLOSERS.match(block, cut)
    if match and not re.match(r"\w", block[match.end() : match.end() + 1]):
        return match.end()
    return cut


def _ends_sentence(block: str, last: int, cut: int) -> bool:
    """Say whether a sentence that began at ``last`` ends at ``cut``."""
    before, after = block[last:cut], block[cut:].lstrip()
    if not before.strip() or _LOWER.match(after) or before.count("(") > before.count(")"):
        return False
    if re.search(r"\s(?:\.\.\.|…)$", before) and not re.match(r"[“\"‘]", after) and not before.endswith("…"):
        return False
    if _ABBREVIATED.search(before) and not re.match(rf"(?:{_STARTER})\b", after):
        return False
    return not (re.search(r"[?!,…][”\"’]$", before) and ATTRIBUTION.match(after))
