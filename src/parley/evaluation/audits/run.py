"""All audits of a model on a file, as one object."""

from dataclasses import asdict, dataclass
from typing import Any

from datasets import Dataset

from parley.actors import read_table, table_path
from parley.evaluation.audits.actor import ActorAblation, ablate_actor
from parley.evaluation.audits.asking import Ask, answers, as_they_are
from parley.evaluation.audits.contrast import Contrast, contrast_groups
from parley.evaluation.audits.names import NameSwap, swap_names
from parley.evaluation.audits.surface import Surface, surface_edits
from parley.evaluation.bootstrap import Resampler


@dataclass(frozen=True)
class Audits:
    """What the audits found; written as ``audit.json``.

    Attributes:
        data: the file that was edited.
        rows: its number of rows.
        names: see ``NameSwap``.
        actor: see ``ActorAblation``.
        contrast: see ``Contrast``; ``None`` where no contrast groups were given.
        surface: see ``Surface``.
    """

    data: str
    rows: int
    names: NameSwap
    actor: ActorAblation
    contrast: Contrast | None
    surface: list[Surface]

    def to_dict(self) -> dict[str, Any]:
        """Return plain lists and mappings."""
        return asdict(self)


def audit(
    ask: Ask, rows: Dataset, contrast: Dataset | None, labels: list[str], names: int = 10, data: str = ""
) -> Audits:
    """Run every audit.

    Args:
        ask: the model.
        rows: labelled rows to edit.
        contrast: rows of contrast groups, if there are any.
        labels: label names in the order of the probabilities.
        names: how many other parties' names are put into each row.
        data: the file of the rows, for the record.
    """
    base = answers(ask, as_they_are(rows))
    guess = [labels[i] for i in base.argmax(-1)]
    draws = Resampler.over(list(rows["group"]))
    pairs = None
    if contrast is not None:
        found = answers(ask, as_they_are(contrast)).argmax(-1)
        pairs = contrast_groups(contrast, [labels[i] for i in found], labels)
    return Audits(
        data=data,
        rows=len(rows),
        names=swap_names(ask, rows, labels, base, read_table(table_path()), names),
        actor=ablate_actor(ask, rows, labels, guess, draws),
        contrast=pairs,
        surface=surface_edits(ask, rows, labels, base),
    )
