"""An article read, as HTML: mentions marked by stance, and a table by party; everything shown is escaped."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, Template
from markupsafe import escape

from parley.reading.charts import Look, look_of
from parley.reading.reading import Answer, Reading

CSS = """
.parley { background: #fff; color: #1b1b1b; padding: .8rem 1rem; border-radius: 6px; line-height: 1.75; }
.parley article { max-width: 46rem; font-size: 1.05rem; color: #1b1b1b; }
.parley article p { margin: 0 0 .9rem; color: #1b1b1b; }
.parley article p.title { font-size: 1.3rem; font-weight: 700; line-height: 1.5; }
.parley .key { display: flex; flex-wrap: wrap; gap: .1rem 1.2rem; font-weight: 600; }
.parley .key .hint { color: #444; font-weight: 400; }
.parley .mark { position: relative; color: inherit; cursor: help; border-bottom: 3px solid var(--tone);
  border-radius: 3px; background: color-mix(in srgb, var(--tone) 16%, white); padding: 0 .15em; }
.parley .mark.conditional { border-bottom-style: dashed; }
.parley .mark.hostile { border-bottom-style: double; }
.parley .mark.none { border-bottom-style: dotted; }
.parley .mark.dim { background: none; border-bottom-color: #ddd; color: #666; }
.parley .mark.dim .sign { display: none; }
.parley .mark:focus { outline: 2px solid #1b1b1b; outline-offset: 1px; }
.parley .sign { color: var(--tone); font-size: .7em; margin-left: .2em; vertical-align: .15em; }
.parley .tip { display: none; position: absolute; z-index: 20; left: 0; top: 1.9em; width: 17rem; padding: .5rem .7rem;
  background: #1b1b1b; border-radius: 6px; font-size: .85rem; font-weight: 400; line-height: 1.5; text-align: left; }
.parley .tip, .parley .tip * { color: #fff !important; }
.parley .mark:hover .tip, .parley .mark:focus .tip { display: block; }
.parley .tip .row { display: grid; grid-template-columns: 6.5rem 1fr 2.5rem; gap: .4rem; align-items: center; }
.parley .tip .bar { background: #555; height: .5rem; }
.parley .tip .bar i { display: block; height: 100%; background: #fff; }
.parley .wide { overflow-x: auto; }
.parley table.parties { border-collapse: collapse; width: 100%; line-height: 1.4; border: 0 !important; }
.parley .parties caption { text-align: left; color: #444; padding-bottom: .4rem; }
.parley .parties th, .parley .parties td { border: 0 !important; border-bottom: 1px solid #ddd !important;
  padding: .4rem .6rem; text-align: right !important; color: #1b1b1b; vertical-align: top; }
.parley .parties th:first-child, .parley .parties .text { text-align: left !important; }
.parley .parties .text { min-width: 16rem; }
.parley.alert { border: 2px solid #b34a00; }
iframe.whole { width: 100%; height: 75vh; border: 1px solid #ccc; background: #fff; }
"""


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph; one with an answer is marked, and ``dim`` where another party is looked for."""

    text: str
    answer: Answer | None = None
    look: Look | None = None
    dim: bool = False

    @property
    def cls(self) -> str:
        """Return the label as a CSS class."""
        return self.answer.label if self.answer else ""


def article_html(reading: Reading, party: str = "") -> str:
    """Render the article with its answers marked; a ``party`` other than an empty string stands out alone."""
    return _page("article.html.j2").render(
        blocks=list(_blocks(reading, party)), titled=bool(reading.article.title), looks=_looks(reading)
    )


def parties_html(reading: Reading, party: str = "") -> str:
    """Render the table by party, of one ``party`` or of all, and what was passed over."""
    return _page("parties.html.j2").render(
        reading=reading,
        parties=[found for found in reading.by_party() if party in ("", found.party)],
        skipped=[skip for skip in reading.skipped if party in ("", skip.party)],
        looks=_looks(reading),
        look_of=look_of,
    )


def alert_html(message: str) -> str:
    """Render a message on what to mend."""
    return f'<div class="parley alert" role="alert">{escape(message)}</div>'


def frame_html(page: str, title: str, scripts: bool = False) -> str:
    """Render a whole page in a frame of its own; ``scripts`` lets it run its own, cut off from everything around it."""
    allowed = "allow-scripts" if scripts else ""
    return f'<iframe class="whole" sandbox="{allowed}" title="{escape(title)}" srcdoc="{escape(page)}"></iframe>'


def _blocks(reading: Reading, party: str) -> Iterator[list[Piece]]:
    """Cut the article into paragraphs, and each into marked and unmarked pieces."""
    text, at, pieces = reading.article.text, 0, []
    for answer in sorted(reading.answers, key=lambda found: (found.start, -found.end)):
        if answer.start < at:
            continue
        look = look_of(answer.label, reading.labels)
        pieces.append(Piece(text[at : answer.start]))
        pieces.append(Piece(text[answer.start : answer.end], answer, look, party not in ("", answer.party)))
        at = answer.end
    block: list[Piece] = []
    for piece in [*pieces, Piece(text[at:])]:
        first, *rest = [piece.text] if piece.answer else piece.text.split("\n\n")
        block.append(Piece(first, piece.answer, piece.look, piece.dim))
        for paragraph in rest:
            yield block
            block = [Piece(paragraph)]
    yield block


def _looks(reading: Reading) -> list[tuple[str, Look]]:
    return [(label, look_of(label, reading.labels)) for label in reading.labels]


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("parley.reading"), autoescape=True)


def _page(name: str) -> Template:
    return _environment().get_template(name)
