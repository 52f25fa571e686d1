"""Evaluations, audits and comparisons as tables for the terminal."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table

from parley.evaluation.audits.asking import Rate
from parley.evaluation.audits.run import Audits
from parley.evaluation.bootstrap import Interval
from parley.evaluation.compare import Comparison, Difference
from parley.evaluation.export import Export
from parley.evaluation.metrics import Score
from parley.evaluation.report import Evaluation
from parley.evaluation.screening import Screening


def to_tables(evaluation: Evaluation) -> RenderableType:
    """Return the scores beside the rivals, per actor, per label, the confusion and the calibration."""
    return Group(
        _models(evaluation), _actors(evaluation), _labels(evaluation), _confusion(evaluation), _closing(evaluation)
    )


def audit_tables(audits: Audits) -> RenderableType:
    """Return what the audits found."""
    names = _table("Another name in the same sentence: labels that changed", ("name put in", *RATE, "lean"))
    names.add_row("all", *_rate(audits.names.flips), "", style="bold")
    names.add_row("all, masked before and after", *_rate(audits.names.masked), "", end_section=True)
    for shift in audits.names.parties[:10]:
        names.add_row(shift.party, *_rate(shift.flips), f"{shift.lean:+.3f}")
    names.caption = (
        f"{audits.names.rows} rows hold a known name, {audits.names.unnamed} none; lean: towards hostile (+) or "
        "conciliatory (-), the strongest first"
    )
    actor = _table("Without the right actor", ("ablation", "support", "before", "after", "drop", "95 % interval"))
    ablations = (audits.actor.hidden, audits.actor.masked, audits.actor.other)
    for name, found in zip(("actor hidden", "its name masked", "other actor asked"), ablations, strict=True):
        if found is not None:
            shares = (f"{found.before.accuracy:.3f}", f"{found.after.accuracy:.3f}")
            actor.add_row(name, str(found.before.support), *shares, *_difference(found.drop))
    parts: list[RenderableType] = [names, actor]
    if audits.contrast is not None:
        pairs = _table("Contrast groups wholly right", ("edit", *RATE))
        pairs.add_row("all", *_rate(audits.contrast.whole), style="bold", end_section=True)
        for kind in audits.contrast.types:
            pairs.add_row(kind.name, *_rate(kind.whole))
        pairs.add_row("must not flip, and do", *_rate(audits.contrast.invariance_flips))
        parts.append(pairs)
    surface = _table("Edits that must not matter: labels that changed", ("edit", *RATE, "accuracy after"))
    for edit in audits.surface:
        surface.add_row(edit.name, *_rate(edit.flips), f"{edit.right.share:.3f}")
    return Group(*parts, surface)


def screening_table(found: Iterable[Screening]) -> RenderableType:
    """Return what the first stage of a run loses and discards, a row for each file."""
    table = _table("First stage", ("data", "stances passed", "others discarded"))
    for one in found:
        kept = f"{one.passed} of {one.stances}{_share(one.recall, one.recall_interval)}"
        spared = f"{one.discarded} of {one.rest}{_share(one.discarded_share, one.discarded_interval)}"
        table.add_row(one.data, kept, spared)
    table.caption = "sentences, each once; what passes is read by the classifier, what is discarded counts as none"
    return table


def comparison_table(comparison: Comparison, a: str, b: str, data: str) -> RenderableType:
    """Return two runs side by side: A minus B."""
    table = _table(f"{a} minus {b} on {data}", ("figure", "difference", "95 % interval", "p"))
    for name, found in (("accuracy", comparison.accuracy), ("f1_macro", comparison.f1_macro)):
        table.add_row(name, *_difference(found), f"{found.p:.4f}")
    table.add_row("McNemar", f"{comparison.only_a} : {comparison.only_b}", "", f"{comparison.mcnemar_p:.4f}")
    table.caption = (
        f"{comparison.support} rows, {len(comparison.differing)} of them guessed differently; McNemar: rows only the "
        "first : only the second has right"
    )
    return table


def export_table(export: Export) -> RenderableType:
    """Return each ONNX file beside the checkpoint: what it changes, and whether it is used."""
    columns = ("file", "MB", "max |dp|", "flips", "accuracy", "95 % interval", "")
    table = _table(f"ONNX minus the checkpoint on {export.data}", columns)
    for trial in export.trials:
        verdict = ("used" if trial.precision == export.chosen else "kept") if trial.accepted else "REFUSED"
        figures = (
            f"{trial.megabytes:.0f}",
            f"{trial.max_difference:.4f}",
            str(trial.flips),
            *_difference(trial.accuracy),
        )
        table.add_row(trial.setting, *figures, verdict)
    table.caption = f"{export.support} rows; the checkpoint has {export.accuracy:.3f} of them right"
    return table


RATE = ("count", "share", "95 % interval")


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", min_width=60, caption_justify="left")
    for i, column in enumerate(columns):
        table.add_column(column, justify="right" if i else "left", no_wrap=i > 0)
    return table


def _range(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"


def _difference(found: Difference) -> tuple[str, str]:
    low, high = found.interval
    return f"{found.value:+.3f}", f"{low:+.3f} to {high:+.3f}"


def _rate(found: Rate) -> tuple[str, str, str]:
    return f"{found.count}/{found.support}", f"{found.share:.3f}", _range(found.interval)


def _cells(score: Score) -> list[str]:
    accuracy = [str(score.support), f"{score.accuracy:.3f}", _range(score.accuracy_interval)]
    return [*accuracy, f"{score.f1_macro:.3f}", _range(score.f1_interval)]


SCORE = ("support", "accuracy", "95 % interval", "f1_macro", "95 % interval")


def _models(evaluation: Evaluation) -> Table:
    table = _table(f"{evaluation.run} on {evaluation.data}", ("model", *SCORE))
    table.add_row("this run", *_cells(evaluation.overall), style="bold")
    table.add_row("this run, among stances", *_cells(evaluation.stance), end_section=True)
    for name, rival in evaluation.baselines.items():
        table.add_row(name, *_cells(rival))
    return table


def _actors(evaluation: Evaluation) -> Table:
    actors = evaluation.actors
    table = _table("By actor", ("party", *SCORE[:3], "pooled", "f1_macro"))
    for actor in actors.by_actor:
        name = actor.party if actor.parties == 1 else f"{actor.parties} {actor.party}"
        pooled = "" if actor.pooled_accuracy is None else f"{actor.pooled_accuracy:.3f}"
        table.add_row(name, *_cells(actor)[:3], pooled, f"{actor.f1_macro:.3f}")
    if actors.worst is not None:
        table.caption = (
            f"mean over actors: accuracy {actors.mean_accuracy:.3f} ({_range(actors.mean_accuracy_interval)}), "
            f"f1_macro {actors.mean_f1_macro:.3f}; worst: {actors.worst.party} {actors.worst.accuracy:.3f} "
            f"({_range(actors.worst.accuracy_interval)}); pooled: drawn toward all parties the more the fewer rows"
        )
        if actors.equal_p is not None:
            table.caption += f"; same accuracy for all parties: p = {actors.equal_p:.3f}"
    return table


def _labels(evaluation: Evaluation) -> Table:
    table = _table("By label", ("label", "support", "precision", "recall", "f1", "95 % interval"))
    for label in evaluation.by_label:
        shares = (f"{share:.3f}" for share in (label.precision, label.recall, label.f1))
        table.add_row(label.label, str(label.support), *shares, _range(label.f1_interval))
    return table


def _confusion(evaluation: Evaluation) -> Table:
    table = _table("Confusion (true label by row)", ("true \\ predicted", *evaluation.labels))
    for label, counts in zip(evaluation.labels, evaluation.confusion, strict=True):
        table.add_row(label, *map(str, counts))
    return table


def _share(share: float | None, interval: Interval) -> str:
    return "" if share is None else f"\n{share:.4f} ({interval[0]:.4f}-{interval[1]:.4f})"


def _closing(evaluation: Evaluation) -> str:
    after, before, whole = evaluation.calibration, evaluation.uncalibrated, evaluation.pair_correct
    lines = [
        f"Calibration error {after.ece:.3f} ({_range(after.ece_interval)}), before calibration {before.ece:.3f}; "
        f"Brier {after.brier:.3f}, before {before.brier:.3f}."
    ]
    if whole is not None:
        lines.append(
            f"All actors of a sentence right: {whole.share:.3f} ({_range(whole.interval)}), of {whole.sentences}."
        )
    return "\n".join(lines)
