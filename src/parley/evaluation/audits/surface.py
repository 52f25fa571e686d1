"""Surface edits that must not matter: case, quotes, dateline, spaces, spelling, typing errors."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from datasets import Dataset

from parley.data.encoding import place_of
from parley.evaluation.audits.asking import Ask, Edited, Rate, answers, as_they_are
from parley.evaluation.metrics import Probabilities

TYPO_RATE = 0.02
"""Share of letters that change places with the next one."""

SPELLINGS = (
    ("armour", "armor"), ("centre", "center"), ("colour", "color"), ("defence", "defense"), ("favour", "favor"),
    ("harbour", "harbor"), ("honour", "honor"), ("labour", "labor"), ("manoeuvre", "maneuver"), ("metre", "meter"),
    ("neighbour", "neighbor"), ("neighbouring", "neighboring"), ("offence", "offense"), ("rumour", "rumor"),
    ("organisation", "organization"), ("programme", "program"), ("recognise", "recognize"),
    ("recognised", "recognized"), ("sceptical", "skeptical"), ("theatre", "theater"), ("travelled", "traveled"),
    ("travelling", "traveling"),
    ("cancelled", "canceled"), ("cancelling", "canceling"), ("favours", "favors"), ("honoured", "honored"),
    ("honours", "honors"), ("criticise", "criticize"), ("criticised", "criticized"), ("criticising", "criticizing"),
    ("normalise", "normalize"), ("normalisation", "normalization"), ("demobilise", "demobilize"),
    ("demobilisation", "demobilization"), ("mobilise", "mobilize"), ("mobilised", "mobilized"),
    ("finalise", "finalize"), ("finalised", "finalized"), ("apologise", "apologize"), ("apologised", "apologized"),
    ("authorise", "authorize"), ("authorised", "authorized"), ("paralysed", "paralyzed"), ("kilometres", "kilometers"),
    ("ceasefire", "cease-fire"), ("ceasefires", "cease-fires"),
)  # fmt: skip
"""British and American spellings, each turned into the other."""

Edit = Callable[[str, str, str, random.Random], tuple[str, str, str]]
"""Takes what stands before the actor, the actor and what stands after, and returns the three edited."""


@dataclass(frozen=True)
class Surface:
    """One kind of edit.

    Attributes:
        name: what was edited.
        flips: how often the label changed, over the rows that the edit changed.
        right: how often the edited row was guessed right.
    """

    name: str
    flips: Rate
    right: Rate


def surface_edits(ask: Ask, rows: Dataset, labels: Sequence[str], base: Probabilities, seed: int = 0) -> list[Surface]:
    """Make every edit to every row and ask again.

    Args:
        ask: the model.
        rows: n labelled rows.
        labels: label names in the order of the probabilities.
        base: the model's probabilities for the rows as they are, shape (n, classes).
        seed: seed of the typing errors.
    """
    truth, outcome = list(rows["label"]), []
    for name, edit in EDITS.items():
        draw = random.Random(seed)
        edited = [changed for row in as_they_are(rows) if (changed := _apply(edit, row, draw)).text != row.text]
        at = [row.row for row in edited]
        guess = answers(ask, edited).argmax(-1).tolist() if edited else []
        flips = sum(g != b for g, b in zip(guess, base[at].argmax(-1).tolist(), strict=True))
        right = sum(labels[g] == truth[i] for g, i in zip(guess, at, strict=True))
        outcome.append(Surface(name, Rate.of(flips, len(at)), Rate.of(right, len(at))))
    return outcome


def _apply(edit: Edit, row: Edited, draw: random.Random) -> Edited:
    start, end = place_of(row.text, row.actor, row.span)
    if start < 0:
        start = end = 0
    before, actor, after = edit(row.text[:start], row.text[start:end], row.text[end:], draw)
    text = before + actor + after
    if start == end:
        return Edited(row.row, text, row.actor, row.span)
    return Edited(row.row, text, actor, (len(before), len(before) + len(actor)))


def _on_each(change: Callable[[str], str]) -> Edit:
    return lambda before, actor, after, _: (change(before), change(actor), change(after))


def _curly(text: str) -> str:
    text = re.sub(r'(^|[\s(\[])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[])'", r"\1‘", text).replace("'", "’")


def _straight(text: str) -> str:
    return re.sub("[“”]", '"', re.sub("[‘’]", "'", text))


def _spelled(text: str) -> str:
    other = {a: b for pair in SPELLINGS for a, b in (pair, pair[::-1])}

    def swap(found: re.Match[str]) -> str:
        word = other[found[0].lower()]
        return word.capitalize() if found[0][0].isupper() else word

    return re.sub(r"\b(" + "|".join(sorted(other, key=len, reverse=True)) + r")\b", swap, text, flags=re.IGNORECASE)


def _typos(before: str, actor: str, after: str, draw: random.Random) -> tuple[str, str, str]:
    def slip(text: str) -> str:
        letters, i = list(text), 0
        while i < len(letters) - 1:
            if letters[i].isalpha() and letters[i + 1].isalpha() and draw.random() < TYPO_RATE:
                letters[i], letters[i + 1] = letters[i + 1], letters[i]
                i += 1
            i += 1
        return "".join(letters)

    return slip(before), actor, slip(after)


EDITS: dict[str, Edit] = {
    "lower case": _on_each(str.lower),
    "upper case": _on_each(str.upper),
    "typographic quotes": _on_each(_curly),
    "straight quotes": _on_each(_straight),
    "trailing dateline": lambda before, actor, after, _: (before, actor, f"{after} (GENEVA, 4 May)"),
    "extra spaces": _on_each(lambda text: re.sub(" ", "  ", text)),
    "British or American spelling": _on_each(_spelled),
    f"typing errors in {TYPO_RATE:.0%} of letters": _typos,
}
