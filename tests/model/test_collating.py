import pytest

from parley.config import EncodingSettings
from parley.model.collating import Collator
from parley.model.encoders import make_tiny

TEXT = "Russia said Russia would talk, but the rebels refused."


@pytest.fixture(scope="module")
def tokenizer():
    return make_tiny([TEXT, "Iran France Kenya Peru Chad Egypt"], {})[1]


def feature(tokenizer, actor="Russia", **more):
    columns = tokenizer(actor, TEXT)
    return dict(columns) | {"labels": 0, "length": 9, "text": TEXT, "actor": actor, "start": -1, "end": -1} | more


def ids(collator, *features):
    return collator([dict(feature) for feature in features])["input_ids"].tolist()


def test_without_a_share_rows_stay_as_they_were_encoded(tokenizer):
    row = feature(tokenizer)
    batch = Collator(tokenizer, EncodingSettings(form="pair"), 0.0, 0)([row, row])
    assert set(batch) <= {"input_ids", "token_type_ids", "attention_mask", "labels"}
    assert batch["input_ids"].tolist() == [row["input_ids"]] * 2


def test_a_renamed_row_holds_another_name_wherever_the_old_one_stood(tokenizer):
    collator = Collator(tokenizer, EncodingSettings(form="pair"), 1.0, 0)
    new = collator._renamed(feature(tokenizer))
    assert new is not None
    assert "Russia" not in new.text + new.actor
    assert new.text == TEXT.replace("Russia", new.actor)
    assert ids(collator, feature(tokenizer)) != [feature(tokenizer)["input_ids"]]


def test_actors_without_a_known_name_and_rows_without_their_text_stay(tokenizer):
    collator = Collator(tokenizer, EncodingSettings(form="pair"), 1.0, 0)
    nameless = feature(tokenizer, actor="the rebels")
    bare = {name: value for name, value in feature(tokenizer).items() if name != "text"}
    assert ids(collator, nameless) == [nameless["input_ids"]]
    assert ids(collator, bare) == [bare["input_ids"]]


def test_names_follow_from_seed_and_epoch_alone(tokenizer):
    def names(seed, epoch):
        collator = Collator(tokenizer, EncodingSettings(form="pair"), 1.0, seed)
        collator.epoch = epoch
        return collator._renamed(feature(tokenizer)).actor

    assert names(3, 1) == names(3, 1)
    assert len({names(seed, epoch) for seed in range(3) for epoch in range(3)}) > 2


def test_about_the_asked_share_is_renamed(tokenizer):
    collator = Collator(tokenizer, EncodingSettings(form="pair"), 0.3, 0)
    renamed = []
    for epoch in range(400):
        collator.epoch = epoch
        renamed.append(collator._renamed(feature(tokenizer)) is not None)
    assert 0.2 < sum(renamed) / 400 < 0.4
