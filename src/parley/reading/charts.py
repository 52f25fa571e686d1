"""The timeline as one self-contained page: a line chart for each party and the sentences behind each point."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader

from parley.evaluation.metrics import Interval
from parley.labels import CONCILIATORY, CONDITIONAL, HOSTILE, NONE
from parley.reading.timeline import Point, Share, Timeline

WIDTH, HEIGHT = 460, 210
LEFT, RIGHT, TOP, BOTTOM = 40, 14, 10, 28


@dataclass(frozen=True)
class Look:
    """How a label is shown: a colour of the Okabe-Ito set, told apart without colour by a sign and a dash pattern."""

    colour: str
    sign: str
    dash: str


LOOKS = {
    CONCILIATORY: Look("#0072b2", "▲", ""),
    CONDITIONAL: Look("#8a6500", "◆", "7 3"),
    HOSTILE: Look("#b34a00", "▼", "2 3"),
    NONE: Look("#6b6b6b", "○", "1 5"),
}
_OTHERS = [
    Look("#0072b2", "▲", ""),
    Look("#b34a00", "▼", "2 3"),
    Look("#6b6b6b", "○", "1 5"),
    Look("#007a5a", "■", "9 3"),
]


def look_of(label: str, labels: Sequence[str]) -> Look:
    """Return how a label is shown; labels of another scheme take looks in their order."""
    return LOOKS.get(label) or _OTHERS[list(labels).index(label) % len(_OTHERS)]


@dataclass(frozen=True)
class Mark:
    """One point of a line, in the units of the drawing; ``low`` and ``high`` are the ends of its interval."""

    x: float
    y: float
    low: float
    high: float
    title: str
    anchor: str


@dataclass(frozen=True)
class Line:
    """The line of one label."""

    label: str
    look: Look
    marks: list[Mark]


def lines(
    points: Sequence[Point], starts: Sequence[str], labels: Sequence[str], name: str, adjusted: bool
) -> list[Line]:
    """Lay out the lines of a party over the periods ``starts``; ``name`` is the prefix of the anchors."""
    step = (WIDTH - LEFT - RIGHT) / max(len(starts), 1)
    found = []
    for i, label in enumerate(labels):
        shift = (i - (len(labels) - 1) / 2) * min(6.0, step / 8)
        marks = []
        for point in points:
            value, (low, high) = _shown(point.shares[i], adjusted)
            at = starts.index(point.start)
            marks.append(
                Mark(
                    x=round(LEFT + (at + 0.5) * step + shift, 1),
                    y=_height(value),
                    low=_height(low),
                    high=_height(high),
                    title=f"{point.start}: {label} {value:.0%} of {point.support}",
                    anchor=f"{name}-{at}",
                )
            )
        found.append(Line(label, look_of(label, labels), marks))
    return found


def to_html(timeline: Timeline, title: str = "Stance over time", min_support: int = 5) -> str:
    """Render a timeline as one page that asks for nothing else; everything shown is escaped.

    Args:
        timeline: what to show.
        title: heading of the page.
        min_support: parties with fewer sentences in all are named but not drawn.
    """
    starts = sorted({point.start for point in timeline.points})
    drawn = timeline.parties(min_support)
    charts = [
        _chart(timeline, party, points, starts, f"party-{number}")
        for number, (party, points) in enumerate(drawn.items())
    ]
    pages = Environment(loader=PackageLoader("parley.reading"), autoescape=True)
    return pages.get_template("timeline.html.j2").render(
        title=title,
        timeline=timeline,
        charts=charts,
        starts=starts,
        ticks=_ticks(starts),
        looks=[(label, look_of(label, timeline.labels)) for label in timeline.labels],
        small=[party for party in timeline.parties() if party not in drawn],
        min_support=min_support,
        size={"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "floor": _height(0)},
        grid=[(_height(share), f"{share:.0%}") for share in (0.0, 0.25, 0.5, 0.75, 1.0)],
    )


def _chart(timeline: Timeline, party: str, points: list[Point], starts: list[str], name: str) -> dict[str, Any]:
    views = [("As counted", lines(points, starts, timeline.labels, name, adjusted=False))]
    if timeline.confusion:
        views.append(("Corrected for confusion", lines(points, starts, timeline.labels, name, adjusted=True)))
    behind = [(f"{name}-{starts.index(point.start)}", point) for point in points]
    return {"party": party, "name": name, "views": views, "behind": behind, "support": sum(p.support for p in points)}


def _shown(share: Share, adjusted: bool) -> tuple[float, Interval]:
    if adjusted and share.adjusted is not None and share.adjusted_interval is not None:
        return share.adjusted, share.adjusted_interval
    return share.counted, share.counted_interval


def _height(share: float) -> float:
    return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)


def _ticks(starts: Sequence[str]) -> list[tuple[float, str]]:
    """Name at most six of the periods under the axis."""
    step = (WIDTH - LEFT - RIGHT) / max(len(starts), 1)
    every = -(-len(starts) // 6) if starts else 1
    return [(round(LEFT + (i + 0.5) * step, 1), start) for i, start in enumerate(starts) if i % every == 0]
