"""Contrast groups: is every member of a set of minimal edits right (Gardner et al. 2020, Findings of EMNLP)?"""

from collections.abc import Sequence
from dataclasses import dataclass

from datasets import Dataset

from parley.evaluation.audits.asking import Rate
from parley.evaluation.metrics import Score, score
from parley.evaluation.slices import places_of


@dataclass(frozen=True)
class ContrastType:
    """How many groups of one kind of edit are wholly right."""

    name: str
    whole: Rate


@dataclass(frozen=True)
class Contrast:
    """The outcome on contrast groups.

    Attributes:
        rows: scores over single rows.
        whole: groups wholly right.
        types: the same by kind of edit.
        invariance_flips: groups whose label must stay in which the model gave more than one.
    """

    rows: Score
    whole: Rate
    types: list[ContrastType]
    invariance_flips: Rate


def contrast_groups(rows: Dataset, guess: Sequence[str], labels: Sequence[str]) -> Contrast:
    """Score guesses on the rows of contrast groups.

    Args:
        rows: rows with ``contrast``, ``contrast_type`` and ``invariant``.
        guess: the model's guesses.
        labels: label names.
    """
    truth = list(rows["label"])
    places = places_of(rows["contrast"])
    right = {name: all(truth[i] == guess[i] for i in at) for name, at in places.items()}
    kind = {name: rows[at[0]]["contrast_type"] for name, at in places.items()}
    steady = [len({guess[i] for i in at}) > 1 for at in places.values() if rows[at[0]]["invariant"]]
    types = []
    for wanted in sorted(set(kind.values())):
        members = [right[name] for name in places if kind[name] == wanted]
        types.append(ContrastType(wanted, Rate.of(sum(members), len(members))))
    return Contrast(
        rows=score(truth, guess, labels),
        whole=Rate.of(sum(right.values()), len(right)),
        types=types,
        invariance_flips=Rate.of(sum(steady), len(steady)),
    )
