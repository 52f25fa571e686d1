"""Where each party stands over time: shares of labels by week or month, with intervals, counted and corrected."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from parley.errors import ParleyError
from parley.evaluation.metrics import Interval, wilson
from parley.reading.quantify import adjusted_intervals, adjusted_shares
from parley.reading.reading import Answer, Reading

if TYPE_CHECKING:
    from pandas import DataFrame

Period = Literal["week", "month"]


@dataclass(frozen=True)
class Confusion:
    """What a classifier takes for what, from labelled rows.

    Attributes:
        counts: rows by true label, columns by predicted label, in label order.
        source: the report it was read from.
    """

    counts: list[list[int]]
    source: str


@dataclass(frozen=True)
class Share:
    """The share of one label among a party's sentences of a period.

    Attributes:
        label: its name.
        count: sentences read so.
        counted: ``count`` over all sentences of the party and period.
        counted_interval: Wilson 95 % interval.
        adjusted: the share corrected for confusion; ``None`` where no confusion is known.
        adjusted_interval: its bootstrap 95 % interval.
    """

    label: str
    count: int
    counted: float
    counted_interval: Interval
    adjusted: float | None
    adjusted_interval: Interval | None


@dataclass(frozen=True)
class Point:
    """A party in a period: its shares, and the sentences behind them with the source of each."""

    party: str
    start: str
    support: int
    shares: list[Share]
    answers: list[tuple[Reading, Answer]]


@dataclass(frozen=True)
class Timeline:
    """All parties over time.

    Attributes:
        period: ``week`` (from its Monday) or ``month`` (from its first day).
        labels: label names in their order.
        points: by party, those with the most sentences first, and in it by time.
        articles: number of articles with a date.
        undated: number of articles without one, which count nowhere.
        confusion: what the adjusted shares go by, if it is known.
    """

    period: Period
    labels: list[str]
    points: list[Point]
    articles: int
    undated: int
    confusion: Confusion | None

    def parties(self, min_support: int = 1) -> dict[str, list[Point]]:
        """Return the points of each party that has at least so many sentences in all."""
        points_of: dict[str, list[Point]] = {}
        for point in self.points:
            points_of.setdefault(point.party, []).append(point)
        return {party: points for party, points in points_of.items() if sum(p.support for p in points) >= min_support}

    def to_pandas(self) -> "DataFrame":
        """Return one row for each party, period and label."""
        from pandas import DataFrame

        return DataFrame([self._row(point, share) for point in self.points for share in point.shares])

    def _row(self, point: Point, share: Share) -> dict[str, Any]:
        low, high = share.adjusted_interval or (None, None)
        return {
            "party": point.party,
            self.period: point.start,
            "label": share.label,
            "support": point.support,
            "count": share.count,
            "share": share.counted,
            "share_low": share.counted_interval[0],
            "share_high": share.counted_interval[1],
            "adjusted": share.adjusted,
            "adjusted_low": low,
            "adjusted_high": high,
        }


def timeline(readings: Sequence[Reading], period: Period = "week", confusion: Confusion | None = None) -> Timeline:
    """Put readings in order of time.

    Args:
        readings: articles read; those without a date are counted and left out.
        period: what a point stands for.
        confusion: what the classifier is known to confuse; without it there are no adjusted shares.

    Raises:
        ParleyError: no article has a date.
    """
    dated = [reading for reading in readings if reading.article.date]
    if not dated:
        raise ParleyError(
            f"expected articles with a date, found none in {len(readings)}; give rows a 'date' such as 2026-04-28, "
            "or a text file a line with it under its headline"
        )
    labels = dated[0].labels
    cells: dict[tuple[str, str], list[tuple[Reading, Answer]]] = {}
    for reading in dated:
        for answer in reading.answers:
            cells.setdefault((answer.party, period_start(reading.article.date, period)), []).append((reading, answer))
    totals: dict[str, int] = {}
    for (party, _), answers in cells.items():
        totals[party] = totals.get(party, 0) + len(answers)
    order = sorted(cells, key=lambda cell: (-totals[cell[0]], cell))
    points = [_point(*cell, cells[cell], labels, confusion) for cell in order]
    return Timeline(period, labels, points, len(dated), len(readings) - len(dated), confusion)


def period_start(day: str, period: Period) -> str:
    """Return the first day of the week or month that a day lies in."""
    found = date.fromisoformat(day)
    return (found - timedelta(found.weekday()) if period == "week" else found.replace(day=1)).isoformat()


def read_confusion(path: str | Path, labels: Sequence[str]) -> Confusion:
    """Take the confusion from the ``report.json`` of an evaluation.

    Raises:
        ParleyError: there is none at this place, or it is of other labels.
    """
    path = Path(path)
    if not path.is_file():
        raise ParleyError(
            f"{path}: expected the report of an evaluation, found no file; make one with: parley evaluate"
        )
    report = json.loads(path.read_text(encoding="utf-8"))
    if list(report.get("labels", [])) != list(labels):
        raise ParleyError(
            f"{path}: expected a report on the labels {', '.join(labels)}, found {report.get('labels')}; "
            "evaluate the run that reads the articles"
        )
    return Confusion(report["confusion"], str(path))


def _point(
    party: str, start: str, answers: list[tuple[Reading, Answer]], labels: list[str], confusion: Confusion | None
) -> Point:
    guesses = [answer.label for _, answer in answers]
    counts = [guesses.count(label) for label in labels]
    adjusted: Sequence[float | None] = [None] * len(labels)
    intervals: Sequence[Interval | None] = [None] * len(labels)
    if confusion:
        adjusted = adjusted_shares(counts, confusion.counts)
        intervals = adjusted_intervals(counts, confusion.counts)
    shares = [
        Share(label, count, count / len(answers), wilson(count, len(answers)), share, interval)
        for label, count, share, interval in zip(labels, counts, adjusted, intervals, strict=True)
    ]
    return Point(party, start, len(answers), shares, answers)
