"""Name swap: does the verdict change when another party's name stands in the same sentence?"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from datasets import Dataset

from parley.actors import Alias, find_actors
from parley.evaluation.audits.asking import Ask, Edited, Rate, answers, as_they_are, place_of
from parley.evaluation.metrics import Probabilities
from parley.evaluation.slices import places_of
from parley.labels import CONCILIATORY, HOSTILE


@dataclass(frozen=True)
class PartyShift:
    """What one party's name does to verdicts.

    Attributes:
        party: the party whose name was put in.
        flips: how often the label changed.
        lean: mean change of P(hostile) - P(conciliatory), -2 to 2: above 0 the name pulls toward hostile.
    """

    party: str
    flips: Rate
    lean: float


@dataclass(frozen=True)
class NameSwap:
    """The outcome of the name swap.

    Attributes:
        rows: rows whose actor holds a name of the alias table; only these are swapped.
        unnamed: rows left out, their actor holding no such name ("the rebels").
        flips: how often the label changed, over all swaps.
        parties: the names put in, by how far they move verdicts, the furthest first; without those put in less than a
            quarter as often as the commonest, whose shifts are chance.
    """

    rows: int
    unnamed: int
    flips: Rate
    parties: list[PartyShift]


def swap_names(
    ask: Ask, rows: Dataset, labels: Sequence[str], base: Probabilities, table: Sequence[Alias], names: int = 10
) -> NameSwap:
    """Put the names of other parties into every row, in the text and as the actor, and ask again.

    A name gives way to one of its own kind (capital for capital, leader for leader). The names are those of the
    most frequent parties of the file that have one of the kind, then of the rest of the table.

    Args:
        ask: the model.
        rows: n labelled rows.
        labels: label names in the order of the probabilities.
        base: the model's probabilities for the rows as they are, shape (n, classes).
        table: the alias table.
        names: how many other parties are put into each row.
    """
    panel = _panel(rows, table)
    swaps = [(party, swap) for row in as_they_are(rows) for party, swap in _swaps(row, panel, names)]
    found = answers(ask, [swap for _, swap in swaps])
    before = base[[swap.row for _, swap in swaps]]
    flipped = found.argmax(-1) != before.argmax(-1) if swaps else np.zeros(0, dtype=bool)
    lean = _lean(found, labels) - _lean(before, labels) if swaps else np.zeros(0)
    places = places_of(party for party, _ in swaps)
    shifts = [
        PartyShift(party, Rate.of(int(flipped[at].sum()), len(at)), float(lean[at].mean()))
        for party, at in places.items()
    ]
    most = max(map(len, places.values()), default=0)
    asked = len({swap.row for _, swap in swaps})
    return NameSwap(
        rows=asked,
        unnamed=len(rows) - asked,
        flips=Rate.of(int(flipped.sum()), len(swaps)),
        parties=sorted((s for s in shifts if 4 * s.flips.support >= most), key=lambda shift: -abs(shift.lean)),
    )


def _lean(probabilities: Probabilities, labels: Sequence[str]) -> np.ndarray:
    if HOSTILE not in labels or CONCILIATORY not in labels:
        return np.zeros(len(probabilities))
    return probabilities[:, labels.index(HOSTILE)] - probabilities[:, labels.index(CONCILIATORY)]


def _panel(rows: Dataset, table: Sequence[Alias]) -> dict[tuple[str, str], dict[str, str]]:
    """Return, for each kind and shape of name, the parties by falling frequency and the name of each."""
    names: dict[str, list[Alias]] = defaultdict(list)
    for alias in table:
        if not alias.ambiguous:
            names[alias.party].append(alias)
    panel: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    frequent = [party for party, _ in Counter(rows["party"]).most_common()]
    for party in dict.fromkeys([*frequent, *sorted(names)]):
        for alias in names[party]:
            panel[_shape(alias)].setdefault(party, alias.alias)
    return panel


def _shape(alias: Alias) -> tuple[str, str]:
    """Return the kind of a name and what else it must share with the one it stands in for."""
    words = alias.alias.split()
    if alias.kind == "ministry":
        return alias.kind, " ".join(words[1:])
    if alias.kind == "demonym":
        return alias.kind, "people" if alias.alias.endswith("s") else "adjective"
    return alias.kind, "several words" if len(words) > 1 else "one word"


def _swaps(row: Edited, panel: dict[tuple[str, str], dict[str, str]], names: int) -> Iterator[tuple[str, Edited]]:
    start, end = place_of(row)
    mention = next((found for found in find_actors(row.actor) if len(found.readings) == 1), None)
    if start < 0 or mention is None:
        return
    given = mention.readings[0]
    others = [item for item in panel.get(_shape(given), {}).items() if item[0] != given.party]
    for party, name in others[:names]:
        head, tail = row.actor[: mention.start], row.actor[mention.end :]
        before = _renamed(row.text[:start] + head, mention.alias, name)
        actor = _renamed(head, mention.alias, name) + name + tail
        text = _article(before, name) + name + tail + _renamed(row.text[end:], mention.alias, name)
        place = text.find(actor, max(len(before) - len(head) - 2, 0))
        yield party, Edited(row.row, text, actor, (place, place + len(actor)) if place >= 0 else (-1, -1))


def _renamed(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)


def _article(before: str, name: str) -> str:
    """Return the text before a name with its indefinite article, if it ends in one, made to fit."""
    article = "an" if name[0] in "AEIOaeio" else "a"
    return re.sub(r"(?<!\w)([Aa])n? $", lambda found: found[1] + article[1:] + " ", before)
