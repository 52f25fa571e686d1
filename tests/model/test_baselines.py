from parley.data.rows import read_rows
from parley.labels import LABELS
from parley.model.baselines import Baselines, FrozenRival


def test_each_rival_knows_only_what_it_is_shown(files):
    rows = read_rows(files[0], LABELS)
    guesses = Baselines(rows).guess(rows)
    assert list(guesses) == ["majority", "actor name only", "text only, TF-IDF + LR", "actor + text, TF-IDF + LR"]
    assert set(guesses["majority"]) == {max(set(rows["label"]), key=list(rows["label"]).count)}
    by_name = dict(zip(rows["actor"], guesses["actor name only"], strict=True))
    assert all(by_name[actor] == guess for actor, guess in zip(rows["actor"], guesses["actor name only"], strict=True))
    by_text = dict(zip(rows["text"], guesses["text only, TF-IDF + LR"], strict=True))
    assert all(by_text[t] == g for t, g in zip(rows["text"], guesses["text only, TF-IDF + LR"], strict=True))


def test_the_frozen_rival_learns_on_an_encoder_that_stays_as_it_was(files, settings):
    rows = read_rows(files[0], LABELS)
    rival = FrozenRival(rows, settings())
    guesses = rival.guess(rows)
    assert sum(a == b for a, b in zip(guesses, rows["label"], strict=True)) >= 8
    assert rival.guess(rows.select([3, 1])) == [guesses[3], guesses[1]]
