"""An evaluation as one object, written as ``report.json``, ``report.html`` and ``predictions.jsonl``."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from datasets import Dataset

from parley.evaluation.abstention import RiskCoverage, risk_coverage
from parley.evaluation.bootstrap import Resampler
from parley.evaluation.compare import Difference, difference
from parley.evaluation.metrics import (
    Calibration,
    LabelScore,
    Probabilities,
    Score,
    calibration,
    confusion,
    label_scores,
    score,
    stance_score,
)
from parley.evaluation.per_actor import ActorScores, actor_scores
from parley.evaluation.slices import PairCorrect, Slice, pair_correct, slices
from parley.model.calibration import undo_temperature
from parley.writing import to_jsonl, write_whole

ERRORS = 30
"""How many of the most confident errors a report shows."""


@dataclass(frozen=True)
class Source:
    """What is known of the model and the data beside the rows themselves.

    Attributes:
        run: folder of the run.
        data: file of rows.
        temperature: what the model's logits were divided by.
        thresholds: the checkpoint's thresholds, as ``StanceClassifier.thresholds`` has them.
        seen: parties that stand in the training rows, where known.
        identity: hashes, versions and seed, for the record.
    """

    run: str = ""
    data: str = ""
    temperature: float = 1.0
    thresholds: Sequence[Mapping[str, float]] = ()
    seen: frozenset[str] | None = None
    identity: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rival(Score):
    """Scores of another model on the same rows; ``difference`` is this run minus the rival, in accuracy."""

    difference: Difference | None = None


@dataclass(frozen=True)
class Evaluation:
    """The scores of one model on one file; intervals are 95 %, Wilson's for shares, else the cluster bootstrap's.

    Attributes:
        run: folder of the run.
        data: file of rows.
        labels: label names; rows and columns of ``confusion`` stand in this order.
        overall: scores over all rows.
        stance: scores over the rows whose true label is not ``none``, among the stances only.
        by_label: scores of each label.
        actors: scores of each party.
        pair_correct: sentences of several actors that are wholly right, if there are any.
        slices: scores of parts of the file, by heading.
        confusion: counts by true label (rows) and prediction (columns).
        calibration: calibration of the model as it is.
        uncalibrated: calibration as it was before the temperature.
        temperature: what the logits were divided by.
        abstention: the risk-coverage curve and the checkpoint's thresholds on this file.
        baselines: the rivals, by name.
        errors: the most confident errors, the surest first.
        identity: hashes, versions and seed.
    """

    run: str
    data: str
    labels: list[str]
    overall: Score
    stance: Score
    by_label: list[LabelScore]
    actors: ActorScores
    pair_correct: PairCorrect | None
    slices: dict[str, list[Slice]]
    confusion: list[list[int]]
    calibration: Calibration
    uncalibrated: Calibration
    temperature: float
    abstention: RiskCoverage
    baselines: dict[str, Rival]
    errors: list[dict[str, Any]]
    identity: dict[str, Any]


def evaluate(
    rows: Dataset,
    probabilities: Probabilities,
    labels: Sequence[str],
    baselines: Mapping[str, Sequence[str]],
    source: Source | None = None,
    min_support: int = 10,
) -> Evaluation:
    """Score probabilities against the labels of rows.

    Args:
        rows: n labelled rows.
        probabilities: array of shape (n, classes), columns in label order.
        labels: label names in their order.
        baselines: guesses of the rivals on the same rows, by name.
        source: what is known of model and data.
        min_support: parties and conflicts with fewer rows are pooled or left out.
    """
    source = source or Source()
    truth = list(rows["label"])
    guess = [labels[i] for i in probabilities.argmax(-1)]
    draws = Resampler.over(list(rows["group"]))
    before = undo_temperature(probabilities, source.temperature)
    return Evaluation(
        run=source.run,
        data=source.data,
        labels=list(labels),
        overall=score(truth, guess, labels, draws),
        stance=stance_score(truth, probabilities, labels, draws),
        by_label=label_scores(truth, guess, labels, draws),
        actors=actor_scores(list(rows["party"]), truth, guess, draws, min_support),
        pair_correct=pair_correct(rows, guess),
        slices=slices(rows, guess, draws, source.seen, min_support),
        confusion=confusion(truth, guess, labels),
        calibration=calibration(truth, probabilities, labels, draws),
        uncalibrated=calibration(truth, before, labels, draws),
        temperature=source.temperature,
        abstention=risk_coverage(truth, probabilities, labels, source.thresholds),
        baselines={
            name: Rival(**vars(score(truth, theirs, labels, draws)), difference=difference(truth, guess, theirs, draws))
            for name, theirs in baselines.items()
        },
        errors=_errors(rows, probabilities, labels),
        identity=dict(source.identity),
    )


def _errors(rows: Dataset, probabilities: Probabilities, labels: Sequence[str]) -> list[dict[str, Any]]:
    lines = prediction_lines(rows, probabilities, labels)
    wrong = [i for i, line in enumerate(lines) if line["prediction"] != line["label"]]
    surest = sorted(wrong, key=lambda i: -probabilities[i].max())[:ERRORS]
    return [
        lines[i]
        | {"text": rows[i]["text"], "start": rows[i]["start"], "end": rows[i]["end"]}
        | {"confidence": float(probabilities[i].max())}
        for i in surest
    ]


def to_dict(evaluation: Evaluation) -> dict[str, Any]:
    """Return what ``report.json`` holds: plain lists and mappings, scores per party under ``by_actor``."""
    report = asdict(evaluation)
    actors = report.pop("actors")
    return report | {"by_actor": actors.pop("by_actor"), "actors": actors, "ece": evaluation.calibration.ece}


def prediction_lines(rows: Dataset, probabilities: Probabilities, labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return one mapping per row: id, actor, party, true label, prediction and probabilities by label."""
    return [
        {
            "id": row["id"],
            "actor": row["actor"],
            "party": row["party"],
            "label": row["label"],
            "prediction": labels[int(line.argmax())],
            "probabilities": dict(zip(labels, line.round(6).tolist(), strict=True)),
        }
        for row, line in zip(rows, probabilities, strict=True)
    ]


def write_report(evaluation: Evaluation, lines: Iterable[Mapping[str, Any]], folder: Path) -> None:
    """Write ``predictions.jsonl`` and ``report.json`` into a folder, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / "predictions.jsonl", to_jsonl(lines))
    write_whole(folder / "report.json", json.dumps(to_dict(evaluation), indent=2, ensure_ascii=False) + "\n")
