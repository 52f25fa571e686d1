"""How well two labellings agree, before anything was settled."""

from collections.abc import Sequence
from dataclasses import dataclass

import krippendorff
from sklearn.metrics import cohen_kappa_score


@dataclass(frozen=True)
class Agreement:
    """Agreement of the first two labellings of the same rows.

    Attributes:
        rows: number of rows labelled twice.
        differing: how many of them got two different labels.
        share: share of rows that got the same label twice.
        kappa: Cohen's kappa over all labels (Cohen 1960, Educational and Psychological Measurement 20:37-46).
        kappa_by_label: kappa of each label that occurs against all others together.
        alpha: Krippendorff's alpha for nominal data (Krippendorff 2018, Content Analysis, ch. 12).
    """

    rows: int
    differing: int
    share: float
    kappa: float
    kappa_by_label: dict[str, float]
    alpha: float


def agreement(annotations: Sequence[Sequence[str]], labels: Sequence[str]) -> Agreement:
    """Measure the agreement of the first two labels of each row; rows labelled once are left out.

    Args:
        annotations: the labels of each row in the order in which they were given.
        labels: the known labels.
    """
    twice = [given for given in annotations if len(given) >= 2]
    first, second = [given[0] for given in twice], [given[1] for given in twice]
    same = sum(a == b for a, b in zip(first, second, strict=True))
    codes = [[labels.index(label) for label in given] for given in (first, second)]
    return Agreement(
        rows=len(twice),
        differing=len(twice) - same,
        share=same / len(twice),
        kappa=float(cohen_kappa_score(first, second, labels=list(labels))),
        kappa_by_label={
            label: float(cohen_kappa_score([a == label for a in first], [b == label for b in second]))
            for label in labels
            if label in first or label in second
        },
        alpha=float(krippendorff.alpha(codes, value_domain=range(len(labels)), level_of_measurement="nominal")),
    )
