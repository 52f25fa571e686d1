"""Cluster bootstrap: intervals for any figure that is made of sums over rows, drawn by group."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
Values = NDArray[np.float64]

DRAWS = 2000


@dataclass(frozen=True)
class Resampler:
    """Draws of whole groups with replacement, the same draws for every figure made from it.

    Rows of one group (an article, a minimal pair) are not independent, so groups are drawn, not rows (Davison and
    Hinkley 1997, Bootstrap Methods and their Application, sec. 3.8). Made by ``Resampler.over``.

    Attributes:
        codes: index of the group of each of n rows.
        weights: array of shape (draws, groups): how often each group stands in each draw.
    """

    codes: NDArray[np.intp]
    weights: NDArray[np.float32]

    @classmethod
    def over(cls, groups: Sequence[str], draws: int = DRAWS, seed: int = 0) -> "Resampler":
        """Draw from the groups of n rows."""
        names, codes = np.unique(np.asarray(groups, dtype=object).astype(str), return_inverse=True)
        count = max(len(names), 1)
        weights = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=draws)
        return cls(codes, weights.astype(np.float32))

    def of(self, rows: Sequence[int] | NDArray[np.intp]) -> "Resampler":
        """Return the same draws for some of the rows, in the order given."""
        return Resampler(self.codes[np.asarray(rows, dtype=np.intp)], self.weights)

    def samples(self, values: Values, figure: Callable[[Values], Values]) -> Values:
        """Return the figure in each draw, shape (draws,).

        Args:
            values: array of shape (n, k): what each row adds to each of k sums.
            figure: takes an array of shape (draws, k) of sums and returns one of shape (draws,).
        """
        sums = np.zeros((self.weights.shape[1], values.shape[1]))
        np.add.at(sums, self.codes, values)
        return figure(self.weights.astype(np.float64) @ sums)

    def interval(self, values: Values, figure: Callable[[Values], Values]) -> Interval:
        """Return the percentile 95 % interval of a figure; see ``samples``. (nan, nan) without rows."""
        return percentiles(self.samples(values, figure)) if len(values) else (float("nan"), float("nan"))


def percentiles(samples: Values) -> Interval:
    """Return the 2.5th and 97.5th percentile of the draws in which the figure exists."""
    defined = samples[~np.isnan(samples)]
    if not len(defined):
        return float("nan"), float("nan")
    low, high = np.percentile(defined, (2.5, 97.5))
    return float(low), float(high)


def f1_values(truth: Sequence[str], guess: Sequence[str], labels: Sequence[str]) -> Values:
    """Return what each row adds to the sums of ``f1_figure``: shape (n, 3 labels), hits, then truths, then guesses."""
    is_true = np.asarray(truth, dtype=object)[:, None] == np.asarray(labels, dtype=object)[None, :]
    is_guess = np.asarray(guess, dtype=object)[:, None] == np.asarray(labels, dtype=object)[None, :]
    return np.hstack([is_true & is_guess, is_true, is_guess]).astype(np.float64)


def f1_figure(sums: Values) -> Values:
    """Macro-F1 of sums made by ``f1_values``; a label that is neither true nor guessed counts as 0."""
    hits, truths, guesses = np.split(sums, 3, axis=1)
    both = truths + guesses
    return np.divide(2 * hits, both, out=np.zeros_like(hits), where=both > 0).mean(axis=1)


def mean_figure(sums: Values) -> Values:
    """Ratio of the first sum to the second: the mean of a value whose second column is 1."""
    return np.divide(sums[:, 0], sums[:, 1], out=np.full(len(sums), np.nan), where=sums[:, 1] > 0)
