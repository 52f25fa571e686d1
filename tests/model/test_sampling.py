from parley.model.sampling import SentenceSampler

TEXTS = [f"sentence {i // 2}" for i in range(200)]
LENGTHS = [10 + i // 2 % 7 for i in range(200)]


def order(epoch: int) -> list[int]:
    sampler = SentenceSampler(TEXTS, LENGTHS, batch_size=8, seed=0)
    sampler.set_epoch(epoch)
    return list(sampler)


def test_every_row_comes_once_and_beside_the_other_of_its_sentence():
    found = order(0)
    assert sorted(found) == list(range(200))
    place = {row: i for i, row in enumerate(found)}
    assert all(place[row] // 8 == place[row + 1] // 8 for row in range(0, 200, 2))


def test_an_epoch_has_its_own_order_which_does_not_change():
    assert order(1) == order(1) != order(0)


def test_a_batch_holds_rows_of_like_length():
    found = order(0)
    assert all(
        max(lengths) - min(lengths) <= 1
        for i in range(0, 192, 8)
        if (lengths := [LENGTHS[j] for j in found[i : i + 8]])
    )
