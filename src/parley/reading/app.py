"""The web page: an article, a timeline and the run's own report; it listens on this machine and asks no other."""

import os
import re
import socket
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from parley.actors import ActorTable
from parley.errors import ParleyError
from parley.model.classifier import StanceClassifier
from parley.reading import charts, page
from parley.reading.articles import from_text, known_files, read_articles
from parley.reading.reading import Reading, read
from parley.reading.timeline import Confusion, Period, read_confusion, timeline

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

try:
    import gradio as gr
except ImportError:
    raise ParleyError(
        "expected the package gradio for the web page, found none; install it with: pip install 'parley-stance[app]'"
    ) from None

MOST_CHARACTERS = 100_000
MOST_ARTICLES = 500
MOST_BYTES = 5_000_000
EVERYBODY = "all parties"

POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'"
)
"""Content security policy: whatever a page part asks of another host is refused by the browser."""


class Desk:
    """What the page does: each method takes what a visitor gave and returns what the parts of the page show."""

    def __init__(self, clf: StanceClassifier, run: Path, table: ActorTable | None = None) -> None:
        self.clf = clf
        self.run = run
        self.table = table

    def read(self, text: str) -> tuple[Any, ...]:
        """Read pasted text: reading, article, table, choice of parties, and the two files to download."""
        try:
            if len(text) > MOST_CHARACTERS:
                raise ParleyError(
                    f"expected at most {MOST_CHARACTERS:,} characters, found {len(text):,}; "
                    "cut the text, or read it as a file with: parley read"
                )
            reading = read(self.clf, from_text(text, "pasted text"), self.table)
        except ParleyError as error:
            nothing = gr.DownloadButton(interactive=False)
            return (
                None,
                page.alert_html(str(error)),
                "",
                gr.Dropdown(choices=[EVERYBODY], value=EVERYBODY),
                nothing,
                nothing,
            )
        parties = [found.party for found in reading.by_party()]
        folder = Path(tempfile.mkdtemp(prefix="parley-"))
        reading.to_pandas().to_csv(folder / "reading.csv", index=False)
        (folder / "reading.json").write_text(reading.to_json(), encoding="utf-8")
        return (
            reading,
            *self.show(reading, EVERYBODY),
            gr.Dropdown(choices=[EVERYBODY, *parties], value=EVERYBODY, interactive=True),
            gr.DownloadButton(value=str(folder / "reading.csv"), interactive=True),
            gr.DownloadButton(value=str(folder / "reading.json"), interactive=True),
        )

    def show(self, reading: Reading | None, party: str) -> tuple[str, str]:
        """Show a reading, of one party or of all."""
        if reading is None:
            return "", ""
        chosen = "" if party == EVERYBODY else party
        return page.article_html(reading, chosen), page.parties_html(reading, chosen)

    def take(self, files: Sequence[str] | None) -> list[str]:
        """Take the files of a folder that articles are read from; others are let be."""
        return [str(path) for path in known_files(files or ())]

    def draw(self, files: Sequence[str] | None, period: Period) -> tuple[str, Any]:
        """Read dropped files and draw them over time: the page in a frame, and the table to download."""
        try:
            if not files:
                raise ParleyError(
                    "expected at least one file, found none; drop articles, or rows with a text and a date"
                )
            articles = [article for file in sorted(files) for article in read_articles(file)]
            if len(articles) > MOST_ARTICLES:
                raise ParleyError(
                    f"expected at most {MOST_ARTICLES} articles, found {len(articles)}; use: parley timeline"
                )
            readings = [read(self.clf, article, self.table) for article in articles]
            found = timeline(readings, period, self._confusion())
        except ParleyError as error:
            return page.alert_html(_without_folders(str(error), files or ())), gr.DownloadButton(interactive=False)
        file = Path(tempfile.mkdtemp(prefix="parley-")) / "timeline.csv"
        found.to_pandas().to_csv(file, index=False)
        drawn = charts.to_html(found, min_support=2)
        return page.frame_html(drawn, "Timeline"), gr.DownloadButton(value=str(file), interactive=True)

    def reports(self) -> list[str]:
        """Name the evaluations of the run."""
        return sorted(path.parent.name for path in self.run.glob("evaluation/*/report.html"))

    def report(self, name: str | None) -> str:
        """Show one evaluation of the run."""
        if name not in self.reports():
            return page.alert_html(f"No report yet; make one with: parley evaluate {self.run} data/test.jsonl")
        whole = (self.run / "evaluation" / str(name) / "report.html").read_text(encoding="utf-8")
        return page.frame_html(whole, f"Report on {name}", scripts=True)

    def card(self) -> str:
        """Return the model card in Markdown, without its metadata."""
        card = self.run / "README.md"
        if not card.is_file():
            return "This run has no model card."
        return re.sub(r"\A---\n.*?\n---\n", "", card.read_text(encoding="utf-8"), flags=re.DOTALL)

    def _confusion(self) -> Confusion | None:
        report = self.run / "evaluation" / "test" / "report.json"
        return read_confusion(report, self.clf.labels) if report.is_file() else None


def build(desk: Desk) -> gr.Blocks:
    """Lay out the page."""
    with gr.Blocks(title="Parley", analytics_enabled=False, delete_cache=(3600, 3600)) as blocks:
        gr.Markdown("# Parley\nWhere does each party in an article stand toward negotiations?")
        with gr.Tab("Read an article"):
            _article_tab(desk)
        with gr.Tab("Over time"):
            _timeline_tab(desk)
        with gr.Tab("The model"):
            _model_tab(desk)
    return blocks


def serve(desk: Desk, host: str = "127.0.0.1", port: int = 7860, block: bool = True) -> gr.Blocks:
    """Serve the page until interrupted.

    Args:
        desk: what it does.
        host: address to listen on; the default is reached from this machine only.
        port: port to listen on.
        block: wait for the end; without it the caller closes what is returned.

    Raises:
        ParleyError: the port is taken, or the address is not this machine's.
    """
    from starlette.middleware import Middleware

    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise ParleyError(
            f"{host}:{port}: expected a free port on an address of this machine, found: {error.strerror}; "
            "choose another with --port or --host"
        ) from None
    blocks = build(desk)
    blocks.launch(
        server_name=host,
        server_port=port,
        share=False,
        quiet=True,
        prevent_thread_lock=not block,
        max_file_size=MOST_BYTES,
        footer_links=[],
        ssr_mode=False,
        show_error=True,
        theme=gr.themes.Default(primary_hue="slate", font=["system-ui", "sans-serif"], font_mono=["monospace"]),
        css=page.CSS,
        app_kwargs={"middleware": [Middleware(_Policy)]},
    )
    return blocks


class _Policy:
    """Adds the content security policy to every answer."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Callable[[Any], Any]) -> None:
        async def with_policy(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", POLICY.encode())]
            await send(message)

        await self.app(scope, receive, with_policy if scope["type"] == "http" else send)


def _article_tab(desk: Desk) -> None:
    reading = gr.State()
    text = gr.Textbox(
        label="Article", placeholder="Paste an article in English here.", lines=8, max_lines=16, elem_id="article"
    )
    button = gr.Button("Read", variant="primary", elem_id="read")
    party = gr.Dropdown([EVERYBODY], value=EVERYBODY, label="Show", interactive=False, elem_id="party")
    article = gr.HTML(elem_id="marked")
    parties = gr.HTML(elem_id="parties")
    with gr.Row():
        as_csv = gr.DownloadButton("Download CSV", interactive=False, elem_id="csv")
        as_json = gr.DownloadButton("Download JSON", interactive=False, elem_id="json")
    button.click(desk.read, text, [reading, article, parties, party, as_csv, as_json], api_visibility="private")
    party.input(desk.show, [reading, party], [article, parties], api_visibility="private")


def _timeline_tab(desk: Desk) -> None:
    files = gr.File(
        label="Articles (.txt, .html) or rows with a text and a date (.jsonl, .csv, .parquet)",
        file_count="multiple",
        elem_id="files",
    )
    folder = gr.UploadButton("Take a whole folder", file_count="directory", elem_id="folder")
    folder.upload(desk.take, folder, files, api_visibility="private")
    period = gr.Radio(["week", "month"], value="week", label="A point for each", elem_id="period")
    button = gr.Button("Draw", variant="primary", elem_id="draw")
    drawn = gr.HTML(elem_id="timeline")
    table = gr.DownloadButton("Download table (CSV)", interactive=False)
    button.click(desk.draw, [files, period], [drawn, table], api_visibility="private")


def _model_tab(desk: Desk) -> None:
    reports = desk.reports()
    first = reports[0] if reports else None
    choice = gr.Dropdown(reports, value=first, label="Report on", elem_id="report-choice")
    shown = gr.HTML(desk.report(first), elem_id="report")
    choice.input(desk.report, choice, shown, api_visibility="private")
    gr.Markdown(desk.card(), elem_id="card")


def _without_folders(message: str, files: Sequence[str]) -> str:
    """Name dropped files as the visitor does, without the folder they were put in."""
    for file in files:
        message = message.replace(str(file), Path(file).name)
    return message
