import numpy as np
import pytest

from parley.config import parse_settings
from parley.data.rows import read_rows
from parley.errors import ConfigError, DataError
from parley.labels import LABELS
from parley.model.classifier import StanceClassifier
from parley.model.distilling import read_unlabelled, teach
from parley.model.training import train


@pytest.fixture
def rows(files):
    return read_rows(files[0], LABELS)


def test_a_target_is_part_label_part_mean_of_the_teachers(run, rows, settings):
    said = StanceClassifier.from_pretrained(run).predict_proba(
        list(rows["text"]), list(rows["actor"]), list(zip(rows["start"], rows["end"], strict=True))
    )
    taught = teach(rows, settings(teachers=[str(run), str(run)], teacher_share=0.25))
    known = np.eye(4)[[LABELS.index(label) for label in rows["label"]]]
    assert np.array(taught["target"]) == pytest.approx(0.25 * said + 0.75 * known, abs=1e-6)
    assert list(taught["label"]) == list(rows["label"])


def test_unlabelled_sentences_make_a_row_for_each_party_whose_target_is_the_teachers_alone(
    run, rows, settings, tmp_path
):
    path = tmp_path / "sentences.txt"
    path.write_text("Kyiv would meet Moscow in Geneva.\n\nIt rained.\nKyiv would meet Moscow in Geneva.\n")
    recipe = settings(teachers=[str(run)], teacher_share=0.0)
    recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"unlabelled": str(path)})})
    more = teach(rows, recipe).select(range(len(rows), len(rows) + 2))
    assert list(more["actor"]) == ["Kyiv", "Moscow"]
    said = StanceClassifier.from_pretrained(run).predict_proba(
        list(more["text"]), list(more["actor"]), list(zip(more["start"], more["end"], strict=True))
    )
    assert np.array(more["target"]) == pytest.approx(said, abs=1e-6)


def test_a_student_of_half_the_layers_follows_its_teacher(tmp_path, settings, run):
    recipe = settings(
        max_steps=200,
        learning_rate=3e-3,
        per_device_train_batch_size=12,
        eval_strategy="steps",
        eval_steps=200,
        save_strategy="steps",
        save_steps=200,
        teachers=[str(run)],
        teacher_share=1.0,
    )
    recipe = recipe.model_copy(update={"encoder": str(run), "encoder_layers": 1})
    train(recipe, tmp_path / "student")
    student, teacher = (StanceClassifier.from_pretrained(path) for path in (tmp_path / "student", run))
    assert student.backend.model.config.num_hidden_layers == 1
    rows = read_rows(recipe.data.train, LABELS)
    asked = list(rows["text"]), list(rows["actor"])
    assert student.predict_proba(*asked) == pytest.approx(teacher.predict_proba(*asked), abs=0.15)


def test_what_a_teacher_cannot_teach_is_an_error(tmp_path, settings, run, rows):
    with pytest.raises(ConfigError, match="expected the labels"):
        teach(rows, settings(labels=LABELS[::-1], teachers=[str(run)]))
    with pytest.raises(ConfigError, match=r"expected training\.teachers with it"):
        parse_settings({"data": {"unlabelled": "sentences.txt"}}, "test")
    with pytest.raises(DataError, match="no such file"):
        read_unlabelled(tmp_path / "none.txt")
    rain = tmp_path / "rain.txt"
    rain.write_text("It rained.\n")
    with pytest.raises(DataError, match="name a known party"):
        read_unlabelled(rain)
