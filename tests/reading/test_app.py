import html
import json
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from tests.reading.test_reading import EXAMPLE
from tests.reading.test_timeline import EXAMPLE as DATED

from parley.cli import main
from parley.evaluation.card import write_card
from parley.model.classifier import StanceClassifier
from parley.reading.app import EVERYBODY, MOST_CHARACTERS, Desk

SERVE = Path(__file__).parents[2] / "scripts" / "serve.py"
HOSTILE = (
    "Kyiv <script>window.hit = 1</script> refused.\n\n"
    "“<img src=x onerror='window.hit = 2'> \" onmouseover=alert(1) x=”, Moscow said.\n\n{{ 7 * 7 }} </article></div>"
)
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CHROMIUM += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="module")
def desk(run):
    return Desk(StanceClassifier.from_pretrained(run), run)


def test_an_article_becomes_marks_a_table_and_two_files(desk):
    reading, article, parties, _, as_csv, as_json = desk.read(EXAMPLE.read_text(encoding="utf-8"))
    assert article.count('class="mark') == len(reading.answers)
    assert all(party.party in parties for party in reading.by_party())
    assert len(pd.read_csv(as_csv.value["path"])) == len(reading.answers)
    with open(as_json.value["path"], encoding="utf-8") as file:
        assert len(json.load(file)["answers"]) == len(reading.answers)


def test_one_party_is_shown_alone(desk):
    reading, *_ = desk.read("Kyiv refused. Moscow refused.")
    article, parties = desk.show(reading, "Ukraine")
    assert article.count(" dim") == 1
    assert "Russia" not in parties
    assert desk.show(reading, EVERYBODY)[0].count(" dim") == 0


def test_what_is_pasted_is_shown_and_never_run(desk):
    _, article, parties, *_ = desk.read(HOSTILE)
    for shown in (article, parties):
        assert "<script" not in shown
        assert "<img" not in shown
    assert "{{ 7 * 7 }}" in article
    assert "<script>window.hit = 1</script>" in html.unescape(article)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected text, found none"),
        ("x" * (MOST_CHARACTERS + 1), "expected at most 100,000 characters, found 100,001; cut the text"),
    ],
)
def test_a_text_that_cannot_be_read_is_answered_with_what_to_do(desk, text, message):
    reading, article, *_ = desk.read(text)
    assert reading is None
    assert 'role="alert"' in article
    assert message in article


def test_dropped_files_become_a_timeline(desk, tmp_path):
    frame, table = desk.draw([str(DATED)], "week")
    assert frame.startswith('<iframe class="whole" sandbox=""')
    assert "Sudanese army" in html.unescape(frame)
    assert "adjusted" in pd.read_csv(table.value["path"])
    (tmp_path / "a.txt").write_text("Kyiv refused.")
    assert "expected articles with a date" in desk.draw([str(tmp_path / "a.txt")], "week")[0]
    (tmp_path / "b.jsonl").write_text("{}")
    message = desk.draw([str(tmp_path / "b.jsonl")], "week")[0]
    assert "b.jsonl:1: expected a field" in html.unescape(message)
    assert str(tmp_path) not in message
    assert "expected at least one file" in desk.draw(None, "week")[0]


def test_the_run_shows_its_card_and_says_how_to_make_a_report(desk):
    assert desk.reports() == []
    assert "make one with: parley evaluate" in desk.report(None)
    assert "make one with" in desk.report("../../secrets")


def test_a_port_that_is_taken_is_one_clear_message(run, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", str(run), "--port", str(taken.getsockname()[1])]) == 1
    assert (
        "expected a free port on an address of this machine, found: Address already in use" in capsys.readouterr().err
    )


@pytest.fixture(scope="module")
def address(run):
    """The address of a page served by a process of its own, as a user starts it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    write_card(run)
    server = subprocess.Popen([sys.executable, str(SERVE), str(run), "--port", str(port)], stdout=subprocess.DEVNULL)
    for _ in range(600):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait()


@pytest.fixture
def page(address):
    """The page in Debian's Chromium, and every address it asked for in ``page.asked``."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium") or pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1200, "height": 900}, accept_downloads=True)
        page.asked, page.errors = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(address)
        page.locator("#article textarea").wait_for()
        yield page
        browser.close()


def paste(page, text):
    page.locator("#article textarea").fill(text)
    page.locator("#read").click()
    page.locator("#marked .parley").wait_for()


@pytest.mark.slow
def test_paste_read_filter_and_download(page):
    paste(page, EXAMPLE.read_text(encoding="utf-8"))
    marks = page.locator("#marked .mark")
    assert marks.count() > 15
    assert "Rapid Support Forces" in page.locator("#parties table").inner_text()
    marks.first.hover()
    assert page.locator("#marked .mark .tip >> visible=true").count() == 1
    page.locator("#party input").click()
    page.get_by_role("option", name="Egypt").click()
    page.locator("#marked .dim").first.wait_for()
    assert page.locator("#parties tbody tr").count() == 1
    for button, name in (("#csv", "reading.csv"), ("#json", "reading.json")):
        with page.expect_download() as download:
            page.locator(button).click()
        assert download.value.suggested_filename == name
    assert page.errors == []


@pytest.mark.slow
def test_the_page_works_from_the_keyboard(page):
    page.locator("#article textarea").focus()
    page.keyboard.type("Kyiv refused. Moscow refused.")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.id") != "read":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#marked .mark").first.wait_for()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('mark')"):
            break
    assert page.evaluate("document.activeElement.dataset.party") == "Ukraine"
    assert page.locator("#marked .mark .tip >> visible=true").count() == 1


@pytest.mark.slow
def test_hostile_input_shows_as_text_and_long_input_is_refused(page):
    paste(page, HOSTILE)
    assert "<script>window.hit = 1</script>" in page.locator("#marked article").inner_text()
    assert page.evaluate("window.hit") is None
    page.locator("#article textarea").fill("x" * (MOST_CHARACTERS + 1))
    page.locator("#read").click()
    page.locator("#marked [role=alert]").wait_for()
    assert "expected at most 100,000 characters" in page.locator("#marked").inner_text()


@pytest.mark.slow
def test_a_dropped_file_becomes_a_timeline_and_the_model_has_its_card(page):
    page.get_by_role("tab", name="Over time").click()
    page.locator("#files input[type=file]").set_input_files(str(DATED))
    page.locator("#files").get_by_text("april").first.wait_for()
    page.locator("#draw").click()
    page.frame_locator("#timeline iframe").get_by_role("heading", name="Sudanese army").first.wait_for()
    page.get_by_role("tab", name="The model").click()
    page.locator("#card").get_by_text("stands toward negotiations").first.wait_for()


@pytest.mark.slow
def test_a_whole_folder_is_taken_and_other_files_in_it_are_let_be(page, tmp_path):
    (tmp_path / "notes.bin").write_bytes(b"no")
    for day in (2, 12):
        text = f"Envoys meet\n\nMay {day}, 2026\n\nKyiv offered talks. Kyiv refused."
        (tmp_path / f"{day}.txt").write_text(text, encoding="utf-8")
    page.get_by_role("tab", name="Over time").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take a whole folder").click()
    chooser.value.set_files(str(tmp_path))
    page.locator("#files").get_by_text("12").first.wait_for()
    page.locator("#draw").click()
    page.frame_locator("#timeline iframe").get_by_text("2 dated article(s)").wait_for()


@pytest.mark.slow
def test_no_other_host_is_asked_for_anything(page, address):
    paste(page, "Kyiv refused.")
    page.get_by_role("tab", name="The model").click()
    page.wait_for_timeout(500)
    others = [url for url in page.asked if not url.startswith((address, "data:", "blob:"))]
    assert others == []
