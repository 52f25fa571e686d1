import json

import numpy as np
import pytest
from tests.conftest import make_rows

import parley
from parley.errors import ParleyError, RunError
from parley.labels import LABELS
from parley.model.classifier import Prediction, StanceClassifier


@pytest.fixture(scope="module")
def clf(run):
    return StanceClassifier.from_pretrained(run)


def test_one_sentence_gives_one_prediction(clf):
    answer = clf.predict("Aland offered talks.", actor="Aland")
    assert isinstance(answer, Prediction)
    assert (answer.text, answer.actor) == ("Aland offered talks.", "Aland")
    assert list(answer.probabilities) == list(LABELS)
    assert sum(answer.probabilities.values()) == pytest.approx(1)
    assert answer.confidence == max(answer.probabilities.values()) == answer.probabilities[answer.label]


def test_lists_give_a_list_in_their_order_whatever_the_lengths(clf):
    rows = make_rows()
    texts = [row["text"] * (1 + i % 4) for i, row in enumerate(rows)]
    actors = [row["actor"] for row in rows]
    together = clf.predict(texts, actors)
    assert [(p.text, p.actor) for p in together] == list(zip(texts, actors, strict=True))
    for text, actor, answer in zip(texts, actors, together, strict=True):
        assert answer.probabilities == pytest.approx(clf.predict(text, actor).probabilities, abs=1e-5)


def test_probabilities_have_one_row_a_pair_and_one_column_a_label(clf):
    found = clf.predict_proba(["Aland left.", "Cordia left.", "x"], ["Aland", "Cordia", "y"])
    assert found.shape == (3, 4)
    assert np.allclose(found.sum(-1), 1, atol=1e-6)


def test_a_classifier_that_masks_names_answers_alike_whatever_the_name(run, clf):
    masked = StanceClassifier.from_pretrained(run, mask_names=True)
    names = ["Aland", "Cordia"]
    texts = [f"{name} offered talks, and {name} meant it." for name in names]
    one, other = masked.predict(texts, names)
    assert one.probabilities == other.probabilities
    assert (one.text, one.actor) == (texts[0], "Aland")
    assert len({tuple(answer.probabilities.values()) for answer in clf.predict(texts, names)}) == 2
    first, second = masked.predict_proba([texts[0]] * 2, ["Aland"] * 2, [(0, 5), (25, 30)])
    assert first.tolist() != second.tolist(), "which mention is asked about is lost"


def test_empty_input_gives_an_empty_answer(clf):
    assert clf.predict([], []) == []
    assert clf.predict_proba([], []).shape == (0, 4)


@pytest.mark.parametrize(
    ("texts", "actors", "message"),
    [
        (None, "Aland", r"texts: expected a sequence of strings, found None"),
        ("", "Aland", r"texts\[0\]: expected a non-empty string, found ''"),
        ("Aland left.", "", r"actors\[0\]: expected a non-empty string, found ''"),
        (["Aland left.", None], ["Aland", "Aland"], r"texts\[1\]: expected a non-empty string, found None"),
        (["Aland left."], [7], r"actors\[0\]: expected a non-empty string, found 7"),
        (["Aland left."], "Aland", r"actors: expected a sequence of strings, found 'Aland'"),
        (["Aland left."], None, r"actors: expected one for each text, found none"),
        (["Aland left.", "x"], ["Aland"], r"expected as many actors as texts, found 2 texts and 1 actors"),
    ],
)
def test_wrong_input_is_an_error_that_says_where(clf, texts, actors, message):
    with pytest.raises(ParleyError, match=message):
        clf.predict(texts, actors)


def test_without_an_actor_the_first_known_party_is_asked_and_named(clf):
    assert clf.predict("On Monday Kyiv offered talks to Moscow.").actor == "Kyiv"
    with pytest.raises(ParleyError, match=r"no actor given, and no known party found in 'Nobody spoke.'; name one"):
        clf.predict("Nobody spoke.")


def test_a_folder_that_is_no_run_is_an_error_that_names_the_command(tmp_path):
    with pytest.raises(RunError, match=r"found no config.json, .*; train one with: parley train"):
        StanceClassifier.from_pretrained(tmp_path)
    with pytest.raises(RunError, match=r"backend 'tpu': expected"):
        StanceClassifier.from_pretrained(tmp_path, backend="tpu")


def test_the_default_run_answers_and_its_absence_names_the_command(run, tmp_path, monkeypatch):
    monkeypatch.setattr(parley, "_default", {})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RunError, match=r"runs/default: expected a run folder.*parley train"):
        parley.predict("Aland left.", "Aland")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "default").symlink_to(run)
    assert parley.predict("Aland left.", actor="Aland").label in LABELS


def test_a_prediction_can_be_written_as_json(clf):
    assert json.loads(json.dumps(vars(clf.predict("Aland left.", "Aland"))))["actor"] == "Aland"
