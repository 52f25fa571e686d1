import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as theirs

from parley.evaluation.bootstrap import Resampler
from parley.evaluation.compare import compare, mcnemar
from parley.evaluation.metrics import score
from parley.labels import LABELS


@pytest.fixture
def case():
    draw = np.random.default_rng(1)
    truth = draw.choice(LABELS, 300).tolist()
    a = [t if draw.random() < 0.8 else "none" for t in truth]
    b = [t if draw.random() < 0.6 else "none" for t in truth]
    return truth, a, b, Resampler.over([str(i // 3) for i in range(300)])


def test_differences_are_those_of_the_scores_and_the_better_one_is_seen(case):
    truth, a, b, draws = case
    result = compare(truth, a, b, LABELS, draws)
    one, other = score(truth, a, LABELS), score(truth, b, LABELS)
    assert result.accuracy.value == pytest.approx(one.accuracy - other.accuracy)
    assert result.f1_macro.value == pytest.approx(one.f1_macro - other.f1_macro)
    assert 0 < result.accuracy.interval[0] < result.accuracy.value < result.accuracy.interval[1]
    assert result.accuracy.p <= 0.01
    assert result.differing == [i for i in range(300) if a[i] != b[i]]


def test_a_run_against_itself_differs_by_nothing(case):
    truth, a, _, draws = case
    result = compare(truth, a, a, LABELS, draws)
    assert (result.accuracy.value, result.accuracy.interval, result.accuracy.p) == (0.0, (0.0, 0.0), 1.0)
    assert result.mcnemar_p == 1.0
    assert result.differing == []


@pytest.mark.parametrize(("only_a", "only_b"), [(12, 3), (5, 5), (0, 7)])
def test_mcnemar_is_that_of_statsmodels(only_a, only_b):
    assert mcnemar(only_a, only_b) == pytest.approx(theirs([[10, only_a], [only_b, 10]], exact=True).pvalue)
