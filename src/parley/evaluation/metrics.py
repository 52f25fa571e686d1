"""Accuracy, macro-F1 and calibration error, each with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from parley.evaluation.bootstrap import Interval, Resampler, f1_figure, f1_values, mean_figure, percentiles
from parley.labels import stances

Probabilities = NDArray[np.float32]

BINS = 15


@dataclass(frozen=True)
class Score:
    """Scores over some rows.

    Attributes:
        support: number of rows.
        accuracy: share of rows whose label is right.
        accuracy_interval: Wilson 95 % interval of the accuracy.
        f1_macro: mean F1 over the labels (overall: all labels of the config; elsewhere: those that occur among
            the rows as truth or prediction).
        f1_interval: cluster bootstrap 95 % interval of the macro-F1; ``None`` where no draws were asked for.
    """

    support: int
    accuracy: float
    accuracy_interval: Interval
    f1_macro: float
    f1_interval: Interval | None = None


@dataclass(frozen=True)
class LabelScore:
    """Precision, recall and F1 of one label; ``support`` counts the rows that truly carry it.

    Intervals are Wilson's for precision and recall, the cluster bootstrap's for F1.
    """

    label: str
    support: int
    precision: float
    precision_interval: Interval
    recall: float
    recall_interval: Interval
    f1: float
    f1_interval: Interval | None = None


@dataclass(frozen=True)
class Bin:
    """Rows whose confidence lies in one of ``BINS`` equal-width bins.

    Attributes:
        support: number of rows.
        confidence: their mean confidence.
        accuracy: the share of them that is right; ``interval`` is its Wilson 95 % interval.
    """

    support: int
    confidence: float
    accuracy: float
    interval: Interval


@dataclass(frozen=True)
class Calibration:
    """How far confidence is from accuracy.

    Attributes:
        ece: expected calibration error of the top label over ``BINS`` equal-width bins (Guo et al. 2017, eq. 3).
        ece_interval: its cluster bootstrap 95 % interval; resampled errors are biased upwards, as the figure itself is.
        brier: mean squared distance of the probabilities from the truth, summed over labels (Brier 1950); 0 to 2.
        brier_interval: its cluster bootstrap 95 % interval.
        bins: the reliability diagram, bins without rows left out.
    """

    ece: float
    ece_interval: Interval
    brier: float
    brier_interval: Interval
    bins: list[Bin]


def wilson(right: int, support: int) -> Interval:
    """Wilson score interval of a proportion at 95 % (Wilson 1927, JASA 22:209-212); (0, 1) without rows."""
    if support == 0:
        return 0.0, 1.0
    interval = binomtest(right, support).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def score(
    truth: Sequence[str],
    guess: Sequence[str],
    labels: Sequence[str] | None = None,
    draws: Resampler | None = None,
) -> Score:
    """Score guessed labels.

    Args:
        truth: true labels of n rows.
        guess: guessed labels.
        labels: what macro-F1 averages over (default: the labels that occur).
        draws: bootstrap draws of the same n rows, for the interval of macro-F1.

    Raises:
        ValueError: the two sequences differ in length.
    """
    if len(truth) != len(guess):
        raise ValueError(f"expected as many guesses as true labels, found {len(guess)} and {len(truth)}")
    right = sum(a == b for a, b in zip(truth, guess, strict=True))
    if not truth:
        return Score(0, float("nan"), wilson(0, 0), float("nan"))
    names = sorted({*truth, *guess}) if labels is None else list(labels)
    f1 = f1_score(truth, guess, labels=names, average="macro", zero_division=0.0)
    interval = draws.interval(f1_values(truth, guess, names), f1_figure) if draws else None
    return Score(len(truth), float(accuracy_score(truth, guess)), wilson(right, len(truth)), float(f1), interval)


def stance_score(
    truth: Sequence[str], probabilities: Probabilities, labels: Sequence[str], draws: Resampler | None = None
) -> Score:
    """Score the rows that truly show a stance, the guess being the most probable label other than ``none``."""
    sides = stances(list(labels))
    columns = [labels.index(label) for label in sides]
    rows = [i for i, label in enumerate(truth) if label in sides]
    guess = [sides[j] for j in probabilities[np.ix_(rows, columns)].argmax(-1)]
    return score([truth[i] for i in rows], guess, sides, draws.of(rows) if draws else None)


def label_scores(
    truth: Sequence[str], guess: Sequence[str], labels: Sequence[str], draws: Resampler | None = None
) -> list[LabelScore]:
    """Precision, recall and F1 of each label, in label order."""
    columns = precision_recall_fscore_support(truth, guess, labels=list(labels), zero_division=0.0)
    scores = []
    for label, precision, recall, f1, support in zip(labels, *columns, strict=True):
        hits = sum(a == b == label for a, b in zip(truth, guess, strict=True))
        scores.append(
            LabelScore(
                label=label,
                support=int(support),
                precision=float(precision),
                precision_interval=wilson(hits, list(guess).count(label)),
                recall=float(recall),
                recall_interval=wilson(hits, int(support)),
                f1=float(f1),
                f1_interval=draws.interval(f1_values(truth, guess, [label]), f1_figure) if draws else None,
            )
        )
    return scores


def confusion(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> list[list[int]]:
    """Count rows by true label (rows) and predicted label (columns), both in label order."""
    return confusion_matrix(truth, guess, labels=list(labels)).tolist()


def calibration(
    truth: Sequence[str], probabilities: Probabilities, labels: Sequence[str], draws: Resampler
) -> Calibration:
    """Measure how far the confidence of the top label is from its accuracy; see ``Calibration``.

    Args:
        truth: true labels of n rows, n at least 1.
        probabilities: array of shape (n, classes), columns in label order.
        labels: label names in their order.
        draws: bootstrap draws of the same n rows.
    """
    confidence = probabilities.max(-1).astype(np.float64)
    target = np.asarray(truth, dtype=object)[:, None] == np.asarray(labels, dtype=object)[None, :]
    right = target[np.arange(len(truth)), probabilities.argmax(-1)]
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    inside = place[:, None] == np.arange(BINS)[None, :]
    gaps = np.hstack([inside * (right - confidence)[:, None], np.ones((len(truth), 1))])
    squares = ((probabilities - target) ** 2).sum(-1)
    brier = np.column_stack([squares, np.ones(len(truth))])
    samples = draws.samples(gaps, _ece_figure)
    bins = [
        Bin(int(inside[:, b].sum()), *_bin(confidence[inside[:, b]], right[inside[:, b]]))
        for b in range(BINS)
        if inside[:, b].any()
    ]
    return Calibration(
        ece=float(_ece_figure(gaps.sum(0, keepdims=True))[0]),
        ece_interval=percentiles(samples),
        brier=float(squares.mean()),
        brier_interval=draws.interval(brier, mean_figure),
        bins=bins,
    )


def _ece_figure(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(sums[:, :-1]).sum(1) / np.maximum(sums[:, -1], 1)


def _bin(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float, Interval]:
    return float(confidence.mean()), float(right.mean()), wilson(int(right.sum()), len(right))
