import json
from pathlib import Path

import pandas as pd
import pytest

from parley.cli import main
from parley.labels import LABELS
from parley.model.classifier import StanceClassifier
from parley.reading.articles import read_articles
from parley.reading.mentions import DATED, find
from parley.reading.reading import read

EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "ceasefire_talks.txt"


@pytest.fixture(scope="module")
def clf(run):
    return StanceClassifier.from_pretrained(run)


@pytest.fixture(scope="module")
def reading(clf):
    return read(clf, read_articles(EXAMPLE)[0])


def test_the_example_is_read_sentence_by_sentence(reading):
    assert 15 <= len(reading.sentences) <= 25
    assert {"Sudanese army", "Rapid Support Forces", "United States", "Egypt"} <= {a.party for a in reading.answers}
    assert {answer.how for answer in reading.answers} == {"named", "speaker"}
    assert all(skip.reason for skip in reading.skipped)


def test_every_mention_is_answered_or_skipped(reading):
    places = {(answer.start, answer.end) for answer in [*reading.answers, *reading.skipped]}
    found = [mention for mention in find(reading.article.text) if mention.reason != DATED]
    assert {(mention.start, mention.end) for mention in found} <= places


def test_answers_are_the_classifiers_own(clf, reading):
    answer = reading.answers[3]
    again = clf.predict(answer.text, answer.actor)
    assert again.label == answer.prediction.label
    assert again.probabilities == pytest.approx(answer.prediction.probabilities, abs=1e-5)


def test_the_summary_adds_up(reading):
    parties = reading.by_party()
    assert sum(party.support for party in parties) == len(reading.answers)
    assert [party.support for party in parties] == sorted((party.support for party in parties), reverse=True)
    for party in parties:
        assert sum(party.counts.values()) == party.support
        assert sum(party.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert party.telling.party == party.party


def test_json_and_data_frame_hold_the_answers(reading):
    whole = json.loads(reading.to_json())
    assert {"article", "sentences", "answers", "skipped", "by_party"} <= set(whole)
    frame = reading.to_pandas()
    assert len(frame) == len(reading.answers) == len(whole["answers"])
    assert list(frame.columns[-4:]) == [f"p_{label}" for label in LABELS]


def test_the_classifier_reads_bare_text_and_text_without_parties(clf):
    assert clf.read("Kyiv refused.").answers[0].party == "Ukraine"
    empty = clf.read("Nobody came.")
    assert (empty.answers, empty.by_party(), len(empty.to_pandas())) == ([], [], 0)


def test_the_verb_prints_tables_and_writes_files(run, tmp_path, capsys):
    assert main(["read", str(run), str(EXAMPLE), "--skipped"]) == 0
    printed = capsys.readouterr().out
    assert all(word in printed for word in ("By sentence", "By party", "Passed over", "Rapid Support Forces"))
    for name in ("out.json", "out.csv", "out.parquet"):
        assert main(["read", str(run), str(EXAMPLE), "--output", str(tmp_path / name)]) == 0
    rows = pd.read_csv(tmp_path / "out.csv")
    assert len(rows) == len(pd.read_parquet(tmp_path / "out.parquet"))
    assert len(rows) == len(json.loads((tmp_path / "out.json").read_text())[0]["answers"])


def test_the_verb_takes_a_table_of_ones_own(run, tmp_path, capsys):
    (tmp_path / "mine.csv").write_text("alias,party,kind,ambiguous\nAland,Aland,state,\n")
    (tmp_path / "a.txt").write_text("Aland offered talks.")
    assert main(["read", str(run), str(tmp_path / "a.txt")]) == 0
    assert "name yours in a file with --actors" in capsys.readouterr().out
    assert main(["read", str(run), str(tmp_path / "a.txt"), "--actors", str(tmp_path / "mine.csv")]) == 0
    assert "Aland" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--output", "x.xml"], "expected a name ending in .json, .csv or .parquet, found 'x.xml'"),
        (["--actors", "none.csv"], "none.csv: no such alias table"),
    ],
)
def test_a_mistake_is_one_clear_message(run, options, message, capsys):
    assert main(["read", str(run), str(EXAMPLE), *options]) == 1
    assert message in " ".join(capsys.readouterr().err.split())
