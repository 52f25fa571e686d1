"""An evaluation as tables for the terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table

from parley.evaluation.metrics import Score
from parley.evaluation.report import Evaluation


def to_tables(evaluation: Evaluation) -> RenderableType:
    """Return the scores beside the rivals, per actor, per label, and the confusion."""
    return Group(_models(evaluation), _actors(evaluation), _labels(evaluation), _confusion(evaluation))


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", min_width=60)
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left", no_wrap=i > 0)
    return table


def _cells(score: Score) -> list[str]:
    low, high = score.accuracy_interval
    return [str(score.support), f"{score.accuracy:.3f}", f"{low:.3f}-{high:.3f}", f"{score.f1_macro:.3f}"]


def _models(evaluation: Evaluation) -> Table:
    table = _table(
        f"{evaluation.run} on {evaluation.data}",
        ("model", "support", "accuracy", "95 % interval", "f1_macro"),
    )
    table.add_row("this run", *_cells(evaluation.overall), style="bold")
    table.add_row("this run, stance rows only", *_cells(evaluation.stance), end_section=True)
    for name, score in evaluation.baselines.items():
        table.add_row(name, *_cells(score))
    return table


def _actors(evaluation: Evaluation) -> Table:
    actors = evaluation.actors
    table = _table("By actor", ("party", "support", "accuracy", "95 % interval", "f1_macro"))
    for actor in actors.by_actor:
        name = actor.party if actor.parties == 1 else f"{actor.parties} {actor.party}"
        table.add_row(name, *_cells(actor))
    if actors.worst is not None:
        table.caption_justify = "left"
        table.caption = (
            f"mean over actors: accuracy {actors.mean_accuracy:.3f}, f1_macro {actors.mean_f1_macro:.3f}; "
            f"worst: {actors.worst.party} ({actors.worst.accuracy:.3f})"
        )
    return table


def _labels(evaluation: Evaluation) -> Table:
    table = _table("By label", ("label", "support", "precision", "recall", "f1"))
    for label in evaluation.by_label:
        table.add_row(
            label.label,
            str(label.support),
            f"{label.precision:.3f}",
            f"{label.recall:.3f}",
            f"{label.f1:.3f}",
        )
    return table


def _confusion(evaluation: Evaluation) -> Table:
    table = _table("Confusion (true label by row)", ("true \\ predicted", *evaluation.labels))
    for label, counts in zip(evaluation.labels, evaluation.confusion, strict=True):
        table.add_row(label, *map(str, counts))
    return table
