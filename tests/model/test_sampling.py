import itertools
import random
from collections import Counter, defaultdict

from parley.model.sampling import SentenceSampler

DRAW = random.Random(0)
TEXTS = [f"sentence {i}" for i in range(1200) for _ in range(1 + i % 4)][:2999]
LENGTHS = [length + i % 2 for i in range(1200) for length in [DRAW.randint(8, 60)] for _ in range(1 + i % 4)][:2999]
SIZE = 8


def order(epoch: int = 0, seed: int = 0, texts: list[str] = TEXTS) -> list[int]:
    sampler = SentenceSampler(texts, LENGTHS[: len(texts)], SIZE, seed)
    sampler.epoch = epoch
    return list(sampler)


def batches(found: list[int]) -> list[list[int]]:
    return [found[i : i + SIZE] for i in range(0, len(found), SIZE)]


def test_every_row_comes_once_and_the_short_batch_last():
    found = order()
    assert sorted(found) == list(range(2999))
    assert [len(batch) for batch in batches(found)] == [SIZE] * 374 + [7]


def test_most_sentences_stand_whole_in_a_batch():
    where = defaultdict(set)
    for number, batch in enumerate(batches(order())):
        for row in batch:
            where[TEXTS[row]].add(number)
    several = [text for text, count in Counter(TEXTS).items() if count > 1]
    assert sum(len(where[text]) == 1 for text in several) > 0.75 * len(several)


def test_the_order_follows_from_seed_and_epoch():
    assert order(1, 0) == order(1, 0)
    assert len({tuple(order(epoch, seed)) for epoch in (0, 1) for seed in (0, 1)}) == 4


def test_a_batch_holds_rows_of_like_length_and_the_batches_are_shuffled():
    full = batches(order())[:-1]
    assert sum(max(LENGTHS[i] for i in batch) - min(LENGTHS[i] for i in batch) for batch in full) / len(full) < 5
    longest = [max(LENGTHS[i] for i in batch) for batch in full]
    falls = sum(one >= other for one, other in itertools.pairwise(longest))
    assert falls < 0.7 * len(longest)


def test_few_rows_that_shared_a_batch_share_one_again_even_in_small_data():
    def shared(epoch: int) -> set[tuple[str, str]]:
        found = batches(order(epoch, texts=TEXTS[:160]))
        return {(TEXTS[i], TEXTS[j]) for batch in found for i in batch for j in batch if TEXTS[i] < TEXTS[j]}

    assert len(shared(0) & shared(1)) < 0.6 * len(shared(0))
