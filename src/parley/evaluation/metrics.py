"""Accuracy and macro-F1 with intervals: overall, among the stances, per label and per actor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, precision_recall_fscore_support

from parley.labels import stances

Interval = tuple[float, float]
Probabilities = NDArray[np.float32]

SMALL = "(parties below the minimum support)"


@dataclass(frozen=True)
class Score:
    """Scores over some rows.

    Attributes:
        support: number of rows.
        accuracy: share of rows whose label is right.
        accuracy_interval: Wilson 95 % interval of the accuracy.
        f1_macro: mean F1 over the labels (overall: all labels of the config; elsewhere: those that occur among
            the rows as truth or prediction).
    """

    support: int
    accuracy: float
    accuracy_interval: Interval
    f1_macro: float


@dataclass(frozen=True)
class LabelScore:
    """Precision, recall and F1 of one label; ``support`` counts the rows that truly carry it."""

    label: str
    support: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class ActorScore(Score):
    """Scores over the rows of one party; ``parties`` counts how many are pooled in it."""

    party: str
    parties: int = 1


@dataclass(frozen=True)
class ActorScores:
    """Scores per actor.

    Attributes:
        by_actor: parties with at least ``min_support`` rows by falling support, then the rest pooled in one row.
        worst: the party of lowest accuracy among those not pooled, if there is one.
        mean_accuracy: unweighted mean accuracy over the parties not pooled.
        mean_f1_macro: unweighted mean of their macro-F1.
    """

    by_actor: list[ActorScore]
    min_support: int
    worst: ActorScore | None
    mean_accuracy: float | None
    mean_f1_macro: float | None


def wilson(right: int, support: int) -> Interval:
    """Wilson score interval of a proportion at 95 % (Wilson 1927, JASA 22:209-212); (0, 1) without rows."""
    if support == 0:
        return 0.0, 1.0
    interval = binomtest(right, support).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def score(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str] | None = None) -> Score:
    """Score guessed labels; ``labels`` fixes what macro-F1 averages over (default: the labels that occur).

    Raises:
        ValueError: the two sequences differ in length.
    """
    if len(truth) != len(guess):
        raise ValueError(f"expected as many guesses as true labels, found {len(guess)} and {len(truth)}")
    right = sum(a == b for a, b in zip(truth, guess, strict=True))
    if not truth:
        return Score(0, float("nan"), wilson(0, 0), float("nan"))
    f1 = f1_score(truth, guess, labels=labels, average="macro", zero_division=0.0)
    return Score(len(truth), float(accuracy_score(truth, guess)), wilson(right, len(truth)), float(f1))


def stance_score(truth: Sequence[str], probabilities: Probabilities, labels: Sequence[str]) -> Score:
    """Score the rows that truly show a stance, the guess being the most probable label other than ``none``."""
    sides = stances(list(labels))
    columns = [labels.index(label) for label in sides]
    rows = [i for i, label in enumerate(truth) if label in sides]
    guess = [sides[j] for j in probabilities[np.ix_(rows, columns)].argmax(-1)]
    return score([truth[i] for i in rows], guess, sides)


def label_scores(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> list[LabelScore]:
    """Precision, recall and F1 of each label, in label order."""
    columns = precision_recall_fscore_support(truth, guess, labels=list(labels), zero_division=0.0)
    return [
        LabelScore(label, int(support), float(precision), float(recall), float(f1))
        for label, precision, recall, f1, support in zip(labels, *columns, strict=True)
    ]


def confusion(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> list[list[int]]:
    """Count rows by true label (rows) and predicted label (columns), both in label order."""
    return confusion_matrix(truth, guess, labels=list(labels)).tolist()


def actor_scores(
    parties: Sequence[str], truth: Sequence[str], guess: Sequence[str], min_support: int = 10
) -> ActorScores:
    """Score each party by itself; parties with fewer rows than ``min_support`` are pooled in one entry.

    The support-weighted mean of the accuracies, the pooled entry among them, is the overall accuracy.
    """
    rows_of: dict[str, list[int]] = {}
    for i, party in enumerate(parties):
        rows_of.setdefault(party, []).append(i)
    large = sorted((p for p, rows in rows_of.items() if len(rows) >= min_support), key=lambda p: (-len(rows_of[p]), p))
    small = [party for party, rows in rows_of.items() if len(rows) < min_support]

    def of(party: str, rows: list[int], count: int = 1) -> ActorScore:
        result = score([truth[i] for i in rows], [guess[i] for i in rows])
        return ActorScore(**vars(result), party=party, parties=count)

    alone = [of(party, rows_of[party]) for party in large]
    pooled = [of(SMALL, [i for party in small for i in rows_of[party]], len(small))] if small else []
    return ActorScores(
        by_actor=alone + pooled,
        min_support=min_support,
        worst=min(alone, key=lambda actor: (actor.accuracy, -actor.support), default=None),
        mean_accuracy=float(np.mean([actor.accuracy for actor in alone])) if alone else None,
        mean_f1_macro=float(np.mean([actor.f1_macro for actor in alone])) if alone else None,
    )


def ece(truth: Sequence[str], probabilities: Probabilities, labels: Sequence[str], bins: int = 15) -> float:
    """Expected calibration error of the top label over equal-width bins (Guo et al. 2017, eq. 3)."""
    confidence = probabilities.max(-1)
    right = probabilities.argmax(-1) == np.array([list(labels).index(label) for label in truth])
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(right[place == b].mean() - confidence[place == b].mean()) * (place == b).mean() for b in set(place)]
    return float(sum(gaps))
