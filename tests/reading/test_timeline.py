import json
from pathlib import Path

import pandas as pd
import pytest

from parley.cli import main
from parley.errors import ParleyError
from parley.evaluation.metrics import wilson
from parley.labels import LABELS
from parley.model.classifier import Prediction
from parley.reading.articles import Article
from parley.reading.charts import LOOKS, to_html
from parley.reading.questions import questions
from parley.reading.reading import Answer, Reading
from parley.reading.timeline import Confusion, period_start, read_confusion, timeline

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "april.jsonl"


def reading(text, day, label, title=""):
    """A reading whose every answer has the same label: what a model would say does not matter here."""
    taken = questions(text)
    shares = {name: 0.7 if name == label else 0.1 for name in LABELS}
    answers = [
        Answer(**vars(asked), prediction=Prediction(asked.text, asked.actor, label, shares, 0.7))
        for asked in taken.asked
    ]
    article = Article(text, title, day, "a")
    return Reading(article, list(LABELS), taken.sentences, taken.utterances, answers, taken.skipped)


@pytest.fixture
def readings():
    return [
        reading("Kyiv refused. Moscow refused.", "2026-04-27", "hostile"),
        reading("Kyiv refused. Kyiv agreed.", "2026-04-29", "conciliatory", "<script>alert(1)</script>"),
        reading("Kyiv agreed.", "2026-05-04", "conciliatory"),
        reading("Kyiv agreed.", "", "conciliatory"),
    ]


def test_weeks_begin_on_monday_and_months_on_their_first_day():
    assert period_start("2026-05-03", "week") == "2026-04-27"
    assert period_start("2026-05-04", "week") == "2026-05-04"
    assert period_start("2026-05-04", "month") == "2026-05-01"


def test_points_count_the_sentences_of_a_party_in_a_period(readings):
    found = timeline(readings)
    assert (found.articles, found.undated) == (3, 1)
    assert [(p.party, p.start, p.support) for p in found.points] == [
        ("Ukraine", "2026-04-27", 3),
        ("Ukraine", "2026-05-04", 1),
        ("Russia", "2026-04-27", 1),
    ]
    conciliatory = found.points[0].shares[0]
    assert (conciliatory.count, conciliatory.counted) == (2, pytest.approx(2 / 3))
    assert conciliatory.counted_interval == wilson(2, 3)
    assert conciliatory.adjusted is None


def test_the_correction_moves_shares_and_has_intervals_of_its_own(readings):
    confusion = Confusion([[50, 0, 50, 0], [0, 100, 0, 0], [0, 0, 100, 0], [0, 0, 0, 100]], "r")
    share = timeline(readings, "month", confusion).points[0].shares[0]
    assert share.adjusted > share.counted
    assert share.adjusted_interval[0] <= share.adjusted <= share.adjusted_interval[1]


def test_the_page_is_whole_and_escaped_and_tells_labels_apart_without_colour(readings):
    page = to_html(timeline(readings), min_support=2)
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "Not drawn, with fewer than 2 sentences: Russia." in page
    assert all(look.sign in page for look in LOOKS.values())
    assert len({look.sign for look in LOOKS.values()}) == len({look.dash for look in LOOKS.values()}) == len(LABELS)


def test_articles_without_dates_are_an_error(readings):
    with pytest.raises(ParleyError, match="expected articles with a date, found none in 1; give rows a 'date'"):
        timeline(readings[-1:])


def test_a_confusion_of_other_labels_is_refused(tmp_path):
    report = tmp_path / "report.json"
    with pytest.raises(ParleyError, match=r"found no file; make one with: parley evaluate"):
        read_confusion(report, LABELS)
    report.write_text(json.dumps({"labels": ["a", "b"], "confusion": [[1, 0], [0, 1]]}))
    with pytest.raises(ParleyError, match=r"expected a report on the labels conciliatory, .*found \['a', 'b'\]"):
        read_confusion(report, LABELS)


def test_the_verb_writes_parquet_and_a_page(run, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["timeline", str(run), str(EXAMPLE), "--output", str(out)]) == 0
    captured = capsys.readouterr()
    assert "12 dated articles" in captured.out
    assert "No correction for confusion" in captured.err
    frame = pd.read_parquet(out / "timeline.parquet")
    sums = frame.groupby(["party", "week"])[["share", "count"]].sum()
    assert sums["share"].to_numpy() == pytest.approx(1)
    assert sums["count"].sum() == len(pd.read_parquet(out / "sentences.parquet"))
    assert frame["adjusted"].isna().all()
    assert "Sudanese army" in (out / "timeline.html").read_text(encoding="utf-8")
    assert not list(out.glob("*.tmp"))


def test_a_wrong_period_is_one_clear_message(run, capsys):
    assert main(["timeline", str(run), str(EXAMPLE), "--period", "day"]) == 1
    assert "--period: expected week or month, found 'day'" in capsys.readouterr().err
