import textwrap

import pytest

from parley.config import load_config
from parley.errors import ConfigError
from parley.labels import LABELS


@pytest.fixture
def recipe(tmp_path):
    def write(text):
        path = tmp_path / "recipe.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


def test_an_empty_recipe_is_the_defaults(recipe):
    settings = load_config(recipe(""))
    assert settings.labels == list(LABELS)
    assert settings.encoder == "minilm"
    assert settings.encoding.form == "marked"


def test_a_number_in_exponent_form_is_a_number(recipe):
    settings = load_config(recipe("training: {learning_rate: 2e-5}"))
    assert settings.training.passed_through()["learning_rate"] == 2e-5


def test_an_override_wins_over_the_file(recipe):
    settings = load_config(recipe("training: {seed: 3}"), ["training.seed=7", "data.train=x.csv", "labels=[a, b]"])
    assert (settings.training.seed, settings.data.train, settings.labels) == (7, "x.csv", ["a", "b"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("encodng: {}", r"unknown key 'encodng' \(did you mean 'encoding'\?\)"),
        ("encoding: {from: pair}", r"unknown key 'encoding.from' \(did you mean 'form'\?\)"),
        ("encoding: {form: triple}", r"encoding.form: .*'pair'.*found 'triple'"),
        ("encoding: {max_length: long}", r"encoding.max_length: .*integer.*found 'long'"),
        ("encoding: {max_length: 4}", r"encoding.max_length: .*greater than or equal to 16.*found 4"),
        ("training: {seed: -1}", r"training.seed: .*greater than or equal to 0"),
        ("training: {freeze_embeddings: 1}", r"training.freeze_embeddings: .*boolean.*found 1"),
        ("labels: [a, a]", r"labels: .*at least two different"),
        ("- a list", r"expected a mapping of keys to values, found list"),
        ("encoder: a\nencoder: b", r"key 'encoder' given twice"),
        ("encoder: [", r"expected YAML in UTF-8"),
    ],
)
def test_a_wrong_recipe_is_an_error_that_names_the_key(recipe, text, message):
    with pytest.raises(ConfigError, match=message):
        load_config(recipe(text))


def test_all_faults_of_a_recipe_are_listed(recipe):
    with pytest.raises(ConfigError, match=r"2 fault\(s\)") as error:
        load_config(recipe("encoder: 3\nencoding: {form: x}"))
    assert "encoder" in str(error.value)
    assert "encoding.form" in str(error.value)


def test_two_readings_of_a_row_must_have_something_to_differ_by(recipe):
    path = recipe("training: {dropout: 0.0, consistency: 1.0}")
    with pytest.raises(ConfigError, match="expected dropout or swap_names with it"):
        load_config(path)
    assert load_config(path, ["training.dropout=0.1"]).training.consistency == 1.0
    assert load_config(path, ["training.swap_names=0.3"]).training.consistency == 1.0


@pytest.mark.parametrize("override", ["seed", "=3", "encoder.name=x", "training.seed=["])
def test_a_wrong_override_is_an_error_that_shows_it(recipe, override):
    with pytest.raises(ConfigError) as error:
        load_config(recipe("encoder: tiny"), [override])
    assert override in str(error.value)


def test_a_missing_file_is_an_error_that_says_where_recipes_are(tmp_path):
    with pytest.raises(ConfigError, match="no such config file; the recipes that come with Parley are in configs/"):
        load_config(tmp_path / "none.yaml")
