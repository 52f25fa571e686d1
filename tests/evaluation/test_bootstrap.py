import numpy as np
import pytest
from sklearn.metrics import f1_score

from parley.evaluation.bootstrap import Resampler, f1_figure, f1_values, mean_figure, percentiles
from parley.labels import LABELS


def test_f1_of_sums_is_that_of_scikit_learn():
    draw = np.random.default_rng(0)
    truth, guess = (draw.choice(LABELS, 200).tolist() for _ in range(2))
    sums = f1_values(truth, guess, LABELS).sum(0, keepdims=True)
    assert f1_figure(sums)[0] == pytest.approx(f1_score(truth, guess, labels=list(LABELS), average="macro"))


def test_a_label_that_does_not_occur_counts_as_zero():
    sums = f1_values(["none"], ["none"], LABELS).sum(0, keepdims=True)
    assert f1_figure(sums)[0] == pytest.approx(0.25)


def test_a_draw_takes_whole_groups():
    resampler = Resampler.over(["a", "a", "b"], draws=300)
    values = np.array([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    assert set(resampler.samples(values, mean_figure).round(6)) == {0.0, round(2 / 3, 6), 1.0}


def test_the_same_seed_gives_the_same_draws_and_parts_share_them():
    groups = [str(i % 7) for i in range(40)]
    one, other = Resampler.over(groups, draws=50), Resampler.over(groups, draws=50)
    assert np.array_equal(one.weights, other.weights)
    assert one.of([3, 5]).weights is one.weights
    assert one.of([3, 5]).codes.tolist() == [3, 5]


def test_a_draw_without_any_of_the_rows_is_left_out():
    values = np.array([[1.0, 1.0]])
    low, high = Resampler.over(["a", "b", "c"], draws=200).of([0]).interval(values, mean_figure)
    assert (low, high) == (1.0, 1.0)
    assert all(np.isnan(percentiles(np.array([np.nan, np.nan]))))


@pytest.mark.parametrize("figure", ["accuracy", "f1"])
def test_the_interval_covers_the_truth_about_nineteen_times_in_twenty(figure):
    """Clustered synthetic data whose true figure is known; 500 intervals, as the design asks."""
    draw, covered, clusters, size = np.random.default_rng(7), 0, 80, 4
    true = 0.7
    for run in range(500):
        easy = draw.beta(7, 3, clusters)
        right = (draw.random((clusters, size)) < easy[:, None]).ravel()
        groups = [str(i // size) for i in range(clusters * size)]
        resampler = Resampler.over(groups, draws=400, seed=run)
        if figure == "accuracy":
            low, high = resampler.interval(np.column_stack([right, np.ones(len(right))]), mean_figure)
        else:
            truth = np.where(draw.random(len(right)) < 0.5, "a", "b")
            guess = np.where(right, truth, np.where(truth == "a", "b", "a"))
            low, high = resampler.interval(f1_values(truth, guess, ["a", "b"]), f1_figure)
        covered += low <= true <= high
    assert 0.92 <= covered / 500 <= 0.98
