"""The report page as a reader meets it: opened from disk in a real browser."""

import json
import os
import re
import shutil
from pathlib import Path

import pytest

from parley.evaluation.page import write_page

playwright = pytest.importorskip("playwright.sync_api")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine"),
]


def rate(count, support):
    return {"count": count, "support": support, "share": count / support, "interval": [0.0, 1.0]}


@pytest.fixture
def page_file(case, tmp_path):
    from parley.evaluation.report import evaluate, write_report
    from parley.labels import LABELS

    rows, probabilities = case
    write_report(
        evaluate(rows, probabilities, LABELS, {"majority": ["none"] * 12}, min_support=1), [], tmp_path / "out"
    )
    score = {"support": 12, "accuracy": 0.9, "accuracy_interval": [0.8, 1.0], "f1_macro": 0.9, "f1_interval": None}
    drop = {"value": 0.4, "interval": [0.2, 0.6], "p": 0.01}
    ablation = {"before": score, "after": score, "drop": drop}
    shift = {"party": "<i>Cordia</i>", "flips": rate(1, 12), "lean": 0.1}
    contrast = {"whole": rate(1, 2), "types": [{"name": "until", "whole": rate(1, 2)}]}
    audits = {
        "data": "rows.jsonl",
        "rows": 12,
        "names": {"rows": 12, "unnamed": 0, "flips": rate(1, 12), "parties": [shift]},
        "actor": {"hidden": ablation, "other": None},
        "contrast": contrast | {"invariance_flips": rate(0, 1)},
        "surface": [{"name": "lower case", "flips": rate(0, 12), "right": rate(11, 12)}],
    }
    (tmp_path / "audit.json").write_text(json.dumps(audits), encoding="utf-8")
    return write_page(tmp_path / "out", tmp_path)


@pytest.fixture
def browser(tmp_path):
    with playwright.sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=CHROMIUM, headless=True, args=FLAGS
        )
        yield context
        context.close()


def test_the_page_opens_from_disk_sorts_and_asks_no_network(page_file, browser):
    page = browser.new_page()
    complaints, requests = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page_file.as_uri())
    column = page.locator("#by-actor tbody td:nth-child(2)")
    page.locator("#by-actor th button", has_text="rows").click()
    down = [int(text) for text in column.all_inner_texts()]
    page.locator("#by-actor th button", has_text="rows").click()
    up = [int(text) for text in column.all_inner_texts()]
    assert down == sorted(down, reverse=True)
    assert up == sorted(down)
    assert page.locator("#by-actor th[aria-sort=ascending]").count() == 1
    assert page.locator("ol.errors mark").first.inner_text() == "Cordia"
    assert page.locator("#audits ~ div i").count() == 0 or "<i>Cordia</i>" in page.content().replace(
        "&lt;", "<"
    ).replace("&gt;", ">")
    assert complaints == []
    assert [url for url in requests if not re.match(r"file:|data:", url)] == []


@pytest.mark.parametrize(("name", "width", "scheme"), [("phone", 390, "dark"), ("desk", 1200, "light")])
def test_nothing_runs_out_of_the_page(page_file, browser, name, width, scheme):
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    folder = Path(os.environ.get("PARLEY_SCREENSHOTS", page_file.parent))
    page.screenshot(path=folder / f"report-{name}.png", full_page=True)
    assert (folder / f"report-{name}.png").stat().st_size > 20_000
