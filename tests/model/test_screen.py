import json
import shutil
from itertools import pairwise

import numpy as np
import pytest
from tests.conftest import make_rows, write_jsonl

from parley.cli import main
from parley.errors import DataError, RunError
from parley.labels import LABELS
from parley.model.classifier import StanceClassifier
from parley.model.screen import LONG, Screen, features
from parley.model.screening import folded, static_vectors, table
from parley.model.training import train


@pytest.fixture
def own(run, tmp_path):
    """A copy of the run that a test may change."""
    return shutil.copytree(run, tmp_path / "own")


@pytest.fixture
def screen(run):
    return Screen.from_run(run, LABELS)


def test_every_known_stance_passes_a_screen_fitted_on_it_and_the_run_keeps_the_counts(run, screen):
    kept = json.loads((run / "metrics.json").read_text())["screen"]
    assert kept["fitted"]
    assert kept["stances"] == kept["stances_passed"] == 10
    assert kept["none"] == 2
    assert screen.passes([row["text"] for row in make_rows() if row["label"] != "none"]).all()


def test_folding_the_static_vectors_into_the_pieces_changes_no_score(run, screen):
    texts = [row["text"] for row in make_rows()]
    vectors = static_vectors(run, screen.tokenizer.get_vocab_size())
    design = table(screen.tokenizer, texts, vectors)
    coefficients = np.random.default_rng(0).normal(size=design.shape[1])
    one = Screen(screen.tokenizer, folded(coefficients, vectors), 0.5, 0.0)
    assert np.allclose(one.scores(texts), design @ coefficients + 0.5, atol=1e-5)


def test_a_score_does_not_depend_on_the_texts_beside_it(screen):
    texts = [row["text"] for row in make_rows()] + ["", "Cordia"]
    assert screen.scores(texts).tolist() == [screen.scores([text])[0] for text in texts]
    assert screen.scores([]).shape == (0,)


def test_a_stance_is_not_drowned_by_the_sentences_around_it(screen):
    stance = "Aland offered talks while Borduria ruled them out."
    filler = "Borduria said Cordia had shelled the port. " * 8
    assert len(filler) > LONG
    assert screen.scores([filler + stance + " " + filler])[0] >= screen.scores([stance])[0]


def test_features_are_pieces_and_pairs_once_a_text(screen):
    rows, columns = features(screen.tokenizer, ["talks talks talks", "x"])
    ids = screen.tokenizer.encode("talks talks talks").ids
    assert (rows == 0).sum() == len(set(ids)) + len(set(pairwise(ids)))
    assert (np.diff(rows) >= 0).all()
    assert columns.min() >= 0


def test_general_sentences_are_learned_as_none(tmp_path, settings):
    general = tmp_path / "general.txt"
    general.write_text("The bakery won a prize.\n\nRain fell on the meadow.\n")
    recipe = settings(max_steps=1)
    recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"general": str(general)})})
    kept = train(recipe, tmp_path / "run")["screen"]
    assert kept["general"] == 2
    plain = train(settings(max_steps=1), tmp_path / "plain")
    assert plain["screen"]["general"] == 0
    texts = ["The bakery won a prize."]
    scores = [Screen.from_run(tmp_path / name, LABELS).scores(texts)[0] for name in ("run", "plain")]
    assert scores[0] < scores[1]
    assert str(general) in (tmp_path / "run" / "run.yaml").read_text()


def test_general_sentences_that_are_not_there_are_an_error_before_training(tmp_path, settings):
    recipe = settings()
    recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"general": "nowhere.txt"})})
    with pytest.raises(DataError, match=r"nowhere.txt: no such file; expected ordinary sentences"):
        train(recipe, tmp_path / "run")


def test_a_recipe_without_none_has_no_first_stage_and_says_so(tmp_path, settings):
    stances = LABELS[:3]
    recipe = settings(labels=stances, max_steps=1)
    recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"drop_labels": ["none"]})})
    assert train(recipe, tmp_path / "run")["screen"] == {"fitted": False, "reason": "the recipe has no label 'none'"}
    with pytest.raises(RunError, match=r"expected a run with the label 'none'.*found conciliatory.*--no-screen"):
        Screen.from_run(tmp_path / "run", stances)


def test_a_run_without_a_first_stage_names_the_command_that_fits_it(tmp_path):
    with pytest.raises(RunError, match=r"found none; fit it with: parley screen .* --fit data/general.txt"):
        Screen.from_run(tmp_path, LABELS)


def test_the_verb_fits_measures_and_keeps_the_record(tmp_path, own, capsys):
    rows = write_jsonl(tmp_path / "rows.jsonl", make_rows())
    general = tmp_path / "general.txt"
    general.write_text("The bakery won a prize.\nRain fell on the meadow.\n")
    assert main(["screen", str(own), str(rows), "--general", str(general), "--fit", str(general)]) == 0
    assert "First stage" in capsys.readouterr().out
    on_rows, on_general = json.loads((own / "screen.json").read_text())
    assert (on_rows["stances"], on_rows["passed"], on_rows["rest"]) == (5, 5, 1)
    assert on_general["stances"] == 0
    assert on_general["recall"] is None
    assert on_general["rest"] == 2


def test_predict_is_unscreened_unless_asked_and_then_says_so_on_each_line(tmp_path, own, capsys):
    rows = write_jsonl(tmp_path / "rows.jsonl", [*make_rows(), {"text": "x " * 40, "actor": "x", "label": "none"}])
    assert main(["predict", str(own), str(rows)]) == 0
    plain = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not any("screened" in line for line in plain)
    screen = Screen.from_run(own, LABELS)
    screen.threshold = float(np.median(screen.scores([line["text"] for line in plain])))
    screen.save(own)
    assert main(["predict", str(own), str(rows), "--screen"]) == 0
    printed = capsys.readouterr()
    lines = [json.loads(line) for line in printed.out.splitlines()]
    discarded = [line for line in lines if line["screened"]]
    assert f"First stage: {len(discarded)} of {len(lines)} rows taken for none unread" in printed.err
    assert 0 < len(discarded) < len(lines)
    assert all((line["label"], line["probabilities"]) == ("none", None) for line in discarded)
    clf = StanceClassifier.from_pretrained(own)
    for line in lines:
        if not line["screened"]:
            wanted = clf.predict(line["text"], line["actor"]).probabilities
            assert line["probabilities"] == pytest.approx(wanted, abs=1e-5)
