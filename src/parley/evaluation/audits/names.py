"""Name swap: does the verdict change when another party's name stands in the same sentence?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from datasets import Dataset

from parley.actors import Alias
from parley.data.encoding import place_of
from parley.data.renaming import Shape, known_name, names_by_shape, rename, stand_ins
from parley.evaluation.audits.asking import Ask, Edited, Rate, answers, as_they_are, masked_name
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
        masked: the same swaps, with the name masked before and after.
        parties: the names put in, by how far they move verdicts, the furthest first; without those put in less than a
            quarter as often as the commonest, whose shifts are chance.
    """

    rows: int
    unnamed: int
    flips: Rate
    masked: Rate
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
    panel = names_by_shape(table, first=[party for party, _ in Counter(rows["party"]).most_common()])
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
        masked=_masked_flips(ask, rows, [swap for _, swap in swaps]),
        parties=sorted((s for s in shifts if 4 * s.flips.support >= most), key=lambda shift: -abs(shift.lean)),
    )


def _masked_flips(ask: Ask, rows: Dataset, swaps: Sequence[Edited]) -> Rate:
    """Count labels that change though both names are masked: only words that hang on the name are left to change."""
    plain = [masked_name(row) for row in as_they_are(rows)]
    left = [swap for swap in map(masked_name, swaps) if swap != plain[swap.row]]
    if not left:
        return Rate.of(0, len(swaps))
    before, after = (answers(ask, edited).argmax(-1) for edited in ([plain[swap.row] for swap in left], left))
    return Rate.of(int((before != after).sum()), len(swaps))


def _lean(probabilities: Probabilities, labels: Sequence[str]) -> np.ndarray:
    if HOSTILE not in labels or CONCILIATORY not in labels:
        return np.zeros(len(probabilities))
    return probabilities[:, labels.index(HOSTILE)] - probabilities[:, labels.index(CONCILIATORY)]


def _swaps(row: Edited, panel: dict[Shape, dict[str, str]], names: int) -> Iterator[tuple[str, Edited]]:
    span, mention = place_of(row.text, row.actor, row.span), known_name(row.actor)
    if span[0] < 0 or mention is None:
        return
    for party, name in islice(stand_ins(row.text, mention, panel).items(), names):
        new = rename(row.text, row.actor, span, mention, name)
        yield party, Edited(row.row, new.text, new.actor, new.span)
