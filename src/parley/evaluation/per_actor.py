"""Accuracy per actor: what each party scores, how sure that is, and whether parties differ at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.stats import beta, betabinom

from parley.evaluation.bootstrap import DRAWS, Interval, Resampler
from parley.evaluation.metrics import Score, score

SMALL = "(parties below the minimum support)"


@dataclass(frozen=True)
class ActorScore(Score):
    """Scores over the rows of one party.

    Attributes:
        party: its canonical name.
        parties: how many parties are pooled in this entry.
        pooled_accuracy: the accuracy drawn toward that of all parties, the more the fewer rows there are: the mean of
            the beta posterior under a beta prior fitted to all parties (empirical Bayes; Casella 1985, The American
            Statistician 39:83-87).
        pooled_interval: the central 95 % of that posterior.
    """

    party: str = ""
    parties: int = 1
    pooled_accuracy: float | None = None
    pooled_interval: Interval | None = None


@dataclass(frozen=True)
class ActorScores:
    """Scores per actor.

    Attributes:
        by_actor: parties with at least ``min_support`` rows by falling support, then the rest pooled in one row.
        min_support: the smallest support that stands alone.
        worst: the party of lowest pooled accuracy among those that stand alone, if there is one.
        mean_accuracy: unweighted mean accuracy over the parties that stand alone.
        mean_accuracy_interval: its cluster bootstrap 95 % interval.
        mean_f1_macro: unweighted mean of their macro-F1.
        equal_p: p-value of the permutation test that accuracy is the same for all parties.
    """

    by_actor: list[ActorScore]
    min_support: int
    worst: ActorScore | None
    mean_accuracy: float | None
    mean_accuracy_interval: Interval | None
    mean_f1_macro: float | None
    equal_p: float | None


def actor_scores(
    parties: Sequence[str],
    truth: Sequence[str],
    guess: Sequence[str],
    draws: Resampler,
    min_support: int = 10,
) -> ActorScores:
    """Score each party by itself; parties with fewer rows than ``min_support`` are pooled in one entry.

    The support-weighted mean of the accuracies, the pooled entry among them, is the overall accuracy.

    Args:
        parties: party of each of n rows.
        truth: true labels.
        guess: guessed labels.
        draws: bootstrap draws of the same n rows.
        min_support: the smallest support that stands alone.
    """
    rows_of: dict[str, list[int]] = {}
    for i, party in enumerate(parties):
        rows_of.setdefault(party, []).append(i)
    right = np.array([a == b for a, b in zip(truth, guess, strict=True)])
    prior = fit_prior([int(right[rows].sum()) for rows in rows_of.values()], [len(rows) for rows in rows_of.values()])

    def of(party: str, rows: list[int], count: int = 1) -> ActorScore:
        result = score([truth[i] for i in rows], [guess[i] for i in rows], draws=draws.of(rows))
        hits = int(right[rows].sum())
        mean, interval = shrunken(hits, len(rows), prior) if count == 1 else (None, None)
        return ActorScore(**vars(result), party=party, parties=count, pooled_accuracy=mean, pooled_interval=interval)

    large = sorted((p for p, rows in rows_of.items() if len(rows) >= min_support), key=lambda p: (-len(rows_of[p]), p))
    small = [party for party, rows in rows_of.items() if len(rows) < min_support]
    alone = [of(party, rows_of[party]) for party in large]
    pooled = [of(SMALL, [i for party in small for i in rows_of[party]], len(small))] if small else []
    return ActorScores(
        by_actor=alone + pooled,
        min_support=min_support,
        worst=min(alone, key=lambda actor: (actor.pooled_accuracy, -actor.support), default=None),
        mean_accuracy=float(np.mean([actor.accuracy for actor in alone])) if alone else None,
        mean_accuracy_interval=_mean_interval(parties, large, right, draws) if alone else None,
        mean_f1_macro=float(np.mean([actor.f1_macro for actor in alone])) if alone else None,
        equal_p=equal_accuracy_p(
            [int(right[rows].sum()) for rows in rows_of.values()], list(map(len, rows_of.values()))
        ),
    )


def fit_prior(right: Sequence[int], support: Sequence[int]) -> tuple[float, float]:
    """Fit the beta prior (a, b) of the parties' accuracies by maximum marginal likelihood of the beta-binomial.

    Args:
        right: rows guessed right, by party.
        support: rows, by party.
    """
    mean = (sum(right) + 1) / (sum(support) + 2)

    def loss(point: NDArray[np.float64]) -> float:
        share, size = 1 / (1 + np.exp(-point[0])), np.exp(point[1])
        return -float(betabinom.logpmf(right, support, share * size, (1 - share) * size).sum())

    start = np.array([np.log(mean / (1 - mean)), np.log(20.0)])
    found = minimize(loss, start, method="L-BFGS-B", bounds=[(-7, 7), (0, np.log(1000.0))])
    share, size = 1 / (1 + np.exp(-found.x[0])), np.exp(found.x[1])
    return float(share * size), float((1 - share) * size)


def shrunken(right: int, support: int, prior: tuple[float, float]) -> tuple[float, Interval]:
    """Return the posterior mean of an accuracy under a beta prior, and its central 95 %."""
    a, b = prior[0] + right, prior[1] + support - right
    low, high = beta.ppf((0.025, 0.975), a, b)
    return a / (a + b), (float(low), float(high))


def equal_accuracy_p(right: Sequence[int], support: Sequence[int], draws: int = DRAWS, seed: int = 0) -> float | None:
    """Permutation test of "accuracy is the same for all parties".

    The hits are dealt anew over all rows; the statistic is the support-weighted variance of the parties' accuracies.

    Returns:
        The p-value (1 + deals at least as uneven) / (1 + deals), or ``None`` where there is nothing to compare.
    """
    total = sum(support)
    if len(support) < 2 or sum(right) in (0, total):
        return None
    sizes, overall = np.asarray(support), sum(right) / total
    deals = np.random.default_rng(seed).multivariate_hypergeometric(sizes, sum(right), size=draws, method="marginals")

    def unevenness(hits: NDArray[np.int64]) -> NDArray[np.float64]:
        return (sizes * (hits / sizes - overall) ** 2).sum(-1)

    observed = unevenness(np.asarray(right)[None, :])[0]
    return float((1 + (unevenness(deals) >= observed - 1e-12).sum()) / (1 + draws))


def _mean_interval(parties: Sequence[str], large: list[str], right: NDArray[np.bool_], draws: Resampler) -> Interval:
    member = np.asarray(parties, dtype=object)[:, None] == np.asarray(large, dtype=object)[None, :]
    values = np.hstack([member & right[:, None], member]).astype(np.float64)

    def mean(sums: NDArray[np.float64]) -> NDArray[np.float64]:
        hits, rows = np.split(sums, 2, axis=1)
        shares = np.divide(hits, rows, out=np.full_like(hits, np.nan), where=rows > 0)
        return np.nanmean(shares, axis=1)

    return draws.interval(values, mean)
