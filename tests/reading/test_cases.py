"""The composed cases as a floor; ``python -m tests.reading.cases`` prints the figures, the held-out third apart."""

from tests.reading.cases import mention_tally, quotation_tally, read_cases, sentence_tally


def test_the_case_files_are_large_enough_and_no_case_stands_twice():
    for name, least in (("sentences.txt", 120), ("mentions.txt", 200), ("quotations.txt", 150)):
        cases = read_cases(name)
        assert len(cases) >= least
        assert len(cases) == len(set(cases))


def test_sentences_end_where_they_should():
    assert sentence_tally().precision >= 0.97


def test_parties_are_found_and_others_are_not():
    tally = mention_tally()
    assert tally.precision >= 0.97
    assert tally.recall >= 0.95


def test_words_are_given_to_those_who_said_them():
    tally = quotation_tally()
    assert tally.precision >= 0.95
    assert tally.recall >= 0.85
