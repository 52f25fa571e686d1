from itertools import pairwise

import pytest

from parley.reading.sentences import paragraphs, split

TEXT = "KYIV, May 2 (Wire) - Gen. Petrenko refused.\r\n\r\n- “We are tired. Go home,” he said.\n- Nobody went.\n"


def test_offsets_point_at_the_sentences_and_datelines_and_bullets_belong_to_none():
    found = split(TEXT)
    assert [sentence.text for sentence in found] == [
        "Gen. Petrenko refused.",
        "“We are tired.",
        "Go home,” he said.",
        "Nobody went.",
    ]
    assert all(TEXT[sentence.start : sentence.end] == sentence.text for sentence in found)


def test_sentences_stand_in_order_and_do_not_overlap():
    found = split(TEXT * 3)
    assert len(found) == 12
    assert all(first.end <= second.start for first, second in pairwise(found))


def test_paragraphs_end_at_empty_lines_and_list_items():
    assert [TEXT[start:end].strip() for start, end in paragraphs(TEXT)] == [
        "Gen. Petrenko refused.",
        "“We are tired. Go home,” he said.",
        "Nobody went.",
    ]


@pytest.mark.parametrize("text", ["", "   \n\n", "...", "\n- \n* \n", "“”", "—"])
def test_what_holds_no_words_has_no_sentences(text):
    assert split(text) == []


def test_letters_outside_latin_keep_the_offsets():
    text = "Зеленський said no. Xi 习近平 met them. Erdoğan did not 😀. He left."
    assert [text[s.start : s.end] for s in split(text)] == [s.text for s in split(text)]
    assert split(text)[0].text == "Зеленський said no."
