import copy
import random

import pytest

from parley.data.tokenizing import PairTokenizer

WORDS = ["Aland", "offered", "talks", "while", "Borduria", "ruled", "them", "out"]


@pytest.mark.parametrize("seed", range(20))
def test_tokens_are_those_of_transformers_also_when_cut(tiny, seed):
    _, theirs = tiny
    ours = PairTokenizer.of(copy.deepcopy(theirs))
    draw = random.Random(seed)
    first, second = (" ".join(draw.choices(WORDS, k=draw.randint(1, 40))) for _ in range(2))
    for pair in ((first, second), (first, None)):
        most = draw.randint(8, 60)
        cut = theirs([pair[0]], pair[1] and [pair[1]], truncation="longest_first", max_length=most)
        assert ours.columns([ours.cut(pair, most)]) == dict(cut)
        assert ours.columns(ours.encode([pair])) == dict(theirs([pair[0]], pair[1] and [pair[1]]))


def test_padding_stands_on_the_right_and_is_masked(tiny):
    ours = PairTokenizer.of(tiny[1])
    columns = ours.columns(ours.encode([("Aland", "offered talks"), ("Aland", None)]))
    padded = ours.pad(columns, [1, 0])
    assert padded["attention_mask"].tolist() == [[1, 1, 1, 0, 0, 0], [1] * 6]
    assert padded["input_ids"][0, 3:].tolist() == [ours.pad_id] * 3
