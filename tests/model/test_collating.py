import pytest

from parley.config import EncodingSettings, TrainingSettings
from parley.model.collating import Collator
from parley.model.encoders import make_tiny

TEXT = "Russia said Russia would talk, but the rebels refused."


@pytest.fixture(scope="module")
def tokenizer():
    return make_tiny([TEXT, "Iran France Kenya Peru Chad Egypt"], {})[1]


def feature(tokenizer, actor="Russia", **more):
    columns = tokenizer(actor, TEXT)
    return dict(columns) | {"labels": 0, "length": 9, "text": TEXT, "actor": actor, "start": -1, "end": -1} | more


def make(tokenizer, **training):
    return Collator(tokenizer, EncodingSettings(form="pair"), TrainingSettings(**training))


def ids(collator, *features):
    return collator([dict(feature) for feature in features])["input_ids"].tolist()


def test_without_a_share_rows_stay_as_they_were_encoded(tokenizer):
    row = feature(tokenizer)
    batch = make(tokenizer)([row, row])
    assert set(batch) <= {"input_ids", "token_type_ids", "attention_mask", "labels"}
    assert batch["input_ids"].tolist() == [row["input_ids"]] * 2


def test_a_renamed_row_holds_another_name_wherever_the_old_one_stood(tokenizer):
    collator = make(tokenizer, swap_names=1.0)
    new = collator._renamed(feature(tokenizer))
    assert new is not None
    assert "Russia" not in new.text + new.actor
    assert new.text == TEXT.replace("Russia", new.actor)
    assert ids(collator, feature(tokenizer)) != [feature(tokenizer)["input_ids"]]


def test_actors_without_a_known_name_and_rows_without_their_text_stay(tokenizer):
    collator = make(tokenizer, swap_names=1.0)
    nameless = feature(tokenizer, actor="the rebels")
    bare = {name: value for name, value in feature(tokenizer).items() if name != "text"}
    assert ids(collator, nameless) == [nameless["input_ids"]]
    assert ids(collator, bare) == [bare["input_ids"]]


def test_names_follow_from_seed_and_epoch_alone(tokenizer):
    def names(seed, epoch):
        collator = make(tokenizer, swap_names=1.0, seed=seed)
        collator.epoch = epoch
        return collator._renamed(feature(tokenizer)).actor

    assert names(3, 1) == names(3, 1)
    assert len({names(seed, epoch) for seed in range(3) for epoch in range(3)}) > 2


def test_about_the_asked_share_is_renamed(tokenizer):
    collator = make(tokenizer, swap_names=0.3)
    renamed = []
    for epoch in range(400):
        collator.epoch = epoch
        renamed.append(collator._renamed(feature(tokenizer)) is not None)
    assert 0.2 < sum(renamed) / 400 < 0.4


def test_for_consistency_the_renamed_rows_stand_after_the_rows_as_they_are(tokenizer):
    collator = make(tokenizer, swap_names=1.0, consistency=1.0)
    named, nameless = feature(tokenizer), feature(tokenizer, actor="the rebels")
    batch = collator([dict(named), dict(nameless)])
    first, second, third, fourth = batch["input_ids"].tolist()
    assert first[: len(named["input_ids"])] == named["input_ids"] != third
    assert second == fourth
    assert len(batch["labels"]) == 2


def test_for_consistency_rows_without_their_text_as_in_validation_are_read_once(tokenizer):
    bare = {name: value for name, value in feature(tokenizer).items() if name != "text"}
    assert len(make(tokenizer, consistency=1.0)([bare])["input_ids"]) == 1
