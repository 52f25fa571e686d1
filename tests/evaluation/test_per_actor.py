import numpy as np
import pytest
from scipy.stats import chi2_contingency

from parley.evaluation.bootstrap import Resampler
from parley.evaluation.metrics import score
from parley.evaluation.per_actor import SMALL, actor_scores, equal_accuracy_p, fit_prior, shrunken
from parley.labels import LABELS


def scores_of(parties, truth, guess, min_support):
    return actor_scores(parties, truth, guess, Resampler.over([str(i) for i in range(len(truth))], 200), min_support)


def test_the_support_weighted_mean_over_actors_is_the_overall_accuracy():
    draw = np.random.default_rng(0)
    parties = draw.choice(["A", "B", "C", "D", "E"], 200, p=[0.5, 0.3, 0.15, 0.03, 0.02]).tolist()
    truth, guess = (draw.choice(LABELS, 200).tolist() for _ in range(2))
    by_actor = scores_of(parties, truth, guess, 20).by_actor
    weighted = sum(actor.accuracy * actor.support for actor in by_actor) / sum(actor.support for actor in by_actor)
    assert weighted == pytest.approx(score(truth, guess).accuracy)


def test_actors_stand_by_falling_support_and_small_ones_are_pooled_and_counted():
    parties = ["B"] * 3 + ["A"] * 2 + ["C", "D"]
    guess = ["none", "none", "hostile", "none", "none", "none", "hostile"]
    scores = scores_of(parties, ["none"] * 7, guess, 2)
    assert [(a.party, a.support, a.parties) for a in scores.by_actor] == [("B", 3, 1), ("A", 2, 1), (SMALL, 2, 2)]
    assert scores.worst.party == "B"
    assert scores.mean_accuracy == pytest.approx((2 / 3 + 1) / 2)
    low, high = scores.mean_accuracy_interval
    assert low <= scores.mean_accuracy <= high


def test_all_actors_small_leaves_no_worst_and_no_mean():
    scores = scores_of(["A"], ["none"], ["none"], 2)
    assert (scores.worst, scores.mean_accuracy, scores.mean_f1_macro, scores.equal_p) == (None, None, None, None)


def test_a_small_party_is_drawn_toward_all_the_more():
    parties = ["small"] * 3 + ["large"] * 60 + ["other"] * 60
    truth = ["none"] * 123
    guess = ["hostile"] * 3 + (["none"] * 48 + ["hostile"] * 12) * 2
    found = {actor.party: actor for actor in scores_of(parties, truth, guess, 1).by_actor}
    assert found["small"].accuracy == 0.0
    assert found["small"].pooled_accuracy > 0.4
    assert found["large"].pooled_accuracy == pytest.approx(0.8, abs=0.02)
    width = {name: actor.pooled_interval[1] - actor.pooled_interval[0] for name, actor in found.items()}
    assert width["small"] > width["large"]


def test_the_posterior_is_the_hand_computed_one():
    mean, (low, high) = shrunken(3, 4, (2.0, 2.0))
    assert mean == pytest.approx(5 / 8)
    assert low < mean < high


def test_the_prior_of_parties_that_differ_is_wide_and_of_those_that_do_not_narrow():
    wide = sum(fit_prior([18, 2, 17, 4, 19, 1], [20] * 6))
    narrow = sum(fit_prior([16, 15, 16, 17, 16, 16], [20] * 6))
    assert wide < 10 < 100 < narrow


def test_the_permutation_test_is_close_to_the_chi_squared_one():
    right, support = [40, 25, 31, 38], [50, 40, 45, 48]
    table = [right, [n - r for n, r in zip(support, right, strict=True)]]
    assert equal_accuracy_p(right, support) == pytest.approx(chi2_contingency(table).pvalue, abs=0.04)
    assert equal_accuracy_p([50, 5], [50, 50]) < 0.01
    assert equal_accuracy_p([50, 50], [50, 50]) is None
