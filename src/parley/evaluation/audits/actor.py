"""Actor ablation: how much accuracy falls when the actor is hidden, its name is masked, or the other one is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from datasets import Dataset

from parley.data.encoding import UNKNOWN
from parley.evaluation.audits.asking import Ask, Edited, answers, as_they_are, masked_name
from parley.evaluation.bootstrap import Resampler
from parley.evaluation.compare import Difference, difference
from parley.evaluation.metrics import Score, score
from parley.evaluation.slices import places_of

NOBODY = "someone"
"""Who is asked about when the actor is hidden; no party, and in no text."""


@dataclass(frozen=True)
class Ablation:
    """Accuracy before and after an ablation, over the rows it can be made on; ``drop`` is before minus after."""

    before: Score
    after: Score
    drop: Difference


@dataclass(frozen=True)
class ActorAblation:
    """The outcome of the ablations.

    Attributes:
        hidden: the actor is not marked, and nobody is asked about.
        masked: the actor is asked about as "the group"; see ``parley.data.renaming.mask``.
        other: another actor of the same sentence is asked, and judged by the first one's label; over the rows of
            sentences whose actors differ in label. ``None`` where there are no such sentences.
    """

    hidden: Ablation
    masked: Ablation
    other: Ablation | None


def ablate_actor(
    ask: Ask, rows: Dataset, labels: Sequence[str], guess: Sequence[str], draws: Resampler
) -> ActorAblation:
    """Hide the actor of every row, mask its name, then ask about the other actor of its sentence.

    Args:
        ask: the model.
        rows: n labelled rows.
        labels: label names in the order of the probabilities.
        guess: the model's guesses for the rows as they are.
        draws: bootstrap draws of the same n rows.
    """
    plain, truth = as_they_are(rows), list(rows["label"])
    hidden = [Edited(row.row, row.text, NOBODY, UNKNOWN) for row in plain]
    masked = [masked_name(row) for row in plain]
    swapped = []
    for places in places_of(rows["text"]).values():
        for i in places:
            others = [j for j in places if truth[j] != truth[i]]
            if others:
                swapped.append(Edited(i, plain[i].text, plain[others[0]].actor, plain[others[0]].span))

    def outcome(edited: list[Edited]) -> Ablation:
        at = [row.row for row in edited]
        after = [labels[i] for i in answers(ask, edited).argmax(-1)]
        right, before, part = [truth[i] for i in at], [guess[i] for i in at], draws.of(at)
        return Ablation(
            score(right, before, labels, part),
            score(right, after, labels, part),
            difference(right, before, after, part),
        )

    return ActorAblation(outcome(hidden), outcome(masked), outcome(swapped) if swapped else None)
