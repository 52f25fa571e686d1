import pytest

from parley.config import EncodingSettings
from parley.data.encoding import encode, encode_rows, mentions, segments
from parley.data.rows import read_rows
from parley.data.tokenizing import PairTokenizer
from parley.labels import LABELS

TEXT = "Aland offered talks while Borduria ruled them out."


def test_mentions_are_found_on_word_borders():
    assert mentions("Mali and Somalia; Mali again", "Mali") == [(0, 4), (18, 22)]


def test_mentions_fall_back_to_any_case_and_then_to_no_article():
    assert mentions("The ARMY left", "the army") == [(0, 8)]
    assert mentions("An army left", "the army") == [(3, 7)]
    assert mentions("Nobody left", "the army") == []


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("pair", ("Aland", TEXT)),
        ("marked", ("[ Aland ] offered talks while Borduria ruled them out.", None)),
        ("both", ("Aland", "[ Aland ] offered talks while Borduria ruled them out.")),
        ("blind", (TEXT, None)),
    ],
)
def test_each_form_shows_the_actor_its_own_way(form, expected):
    assert segments(TEXT, "Aland", form) == expected


def test_offsets_choose_the_mention_that_is_marked():
    assert segments("army and army", "army", "marked", (9, 13)) == ("army and [ army ]", None)


@pytest.mark.parametrize("form", ["pair", "marked", "both"])
def test_an_actor_that_is_not_in_the_text_still_reaches_the_input(tiny, form):
    tokenizer = PairTokenizer.of(tiny[1])
    settings = EncodingSettings(form=form)
    here, there = encode(tokenizer, [TEXT, TEXT], ["Cordia", "Aland"], settings)["input_ids"]
    assert "cordia" in tokenizer.pieces.decode(here).lower()
    assert here != there


@pytest.mark.parametrize("form", ["pair", "marked", "both"])
@pytest.mark.parametrize("place", ["start", "middle", "end"])
@pytest.mark.parametrize("offsets", [True, False])
def test_a_long_text_is_cut_around_the_actor(tiny, form, place, offsets):
    tokenizer = PairTokenizer.of(tiny[1])
    filler = "talks while the truce held " * 60
    before, after = {"start": ("", filler), "middle": (filler, filler), "end": (filler, "")}[place]
    text = f"{before}Borduria ruled them out. {after}"
    span = (len(before), len(before) + 8) if offsets else (-1, -1)
    ids = encode(tokenizer, [text], ["Borduria"], EncodingSettings(form=form, max_length=48), [span])["input_ids"][0]
    shown = tokenizer.pieces.decode(ids, skip_special_tokens=False).lower()
    assert len(ids) <= 48
    assert "borduria" in shown.replace("[sep]", "|").split("|")[-2 if form != "marked" else 0]
    assert "ruled" in shown


def test_a_long_text_without_the_actor_keeps_its_beginning(tiny):
    tokenizer = PairTokenizer.of(tiny[1])
    ids = encode(tokenizer, ["Aland left. " + "talks " * 300], ["Cordia"], EncodingSettings(max_length=32))[
        "input_ids"
    ][0]
    assert len(ids) <= 32
    assert "cordia" in tokenizer.pieces.decode(ids).lower()
    assert "aland" in tokenizer.pieces.decode(ids).lower()


def test_a_short_text_is_neither_cut_nor_padded(tiny):
    tokenizer = PairTokenizer.of(tiny[1])
    encoded = encode(tokenizer, [TEXT, "Aland left."], ["Aland", "Aland"], EncodingSettings(form="blind"))
    assert [len(ids) for ids in encoded["input_ids"]] == [tokenizer.count(t) + 2 for t in (TEXT, "Aland left.")]


def test_rows_are_encoded_with_their_label_index_and_length(tiny, files):
    tokenizer = PairTokenizer.of(tiny[1])
    rows = read_rows(files[0], LABELS)
    encoded = encode_rows(rows, tokenizer, EncodingSettings(), LABELS)
    assert encoded["labels"][:] == [LABELS.index(label) for label in rows["label"]]
    assert encoded["length"][:] == [len(ids) for ids in encoded["input_ids"]]
