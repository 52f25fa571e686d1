import random

from parley.reading.questions import questions


def asked(text):
    return [(q.sentence, q.party, q.how, q.text) for q in questions(text).asked]


def test_each_party_is_asked_about_once_in_a_sentence():
    taken = questions("Moscow said Russia would wait for Kyiv.")
    assert [(q.actor, q.party, q.how) for q in taken.asked] == [
        ("Moscow", "Russia", "speaker"),
        ("Kyiv", "Ukraine", "named"),
    ]
    assert [(s.actor, s.reason) for s in taken.skipped] == [("Russia", "the same party is asked about as 'Moscow'")]


def test_quoted_words_are_asked_of_their_speaker_and_not_of_whom_they_are_about():
    text = "“Russia does not want peace. It never did,” Zelensky said. “Never.”"
    taken = questions(text)
    assert asked(text) == [
        (0, "Ukraine", "speaker", "“Russia does not want peace,” Zelensky said."),
        (1, "Ukraine", "speaker", "It never did,” Zelensky said."),
        (2, "Ukraine", "speaker", "“Never,” Zelensky said."),
    ]
    assert [(s.actor, s.reason) for s in taken.skipped] == [("Russia", "in the quoted words of Zelensky")]


def test_a_pronoun_is_asked_with_the_name_in_its_place():
    assert asked("“Yes,” Lavrov said.\n\nHe said talks would go on.")[1] == (
        1,
        "Russia",
        "pronoun",
        "Lavrov said talks would go on.",
    )


def test_a_speaker_who_is_no_party_is_passed_over_with_the_reason():
    taken = questions("“We are tired,” said Nura.")
    assert taken.asked == []
    assert [(s.actor, s.party, s.reason) for s in taken.skipped] == [("Nura", "", "the speaker is no known party")]


def test_offsets_point_into_the_article():
    text = "KYIV, May 2 (Wire) - Ukraine refused.\n\nRussian officials left."
    assert [text[q.start : q.end] for q in questions(text).asked] == ["Ukraine", "Russian officials"]


PARTS = [
    "“",
    "”",
    '"',
    "‘",
    "’",
    "(",
    ")",
    "\n",
    "\n\n- ",
    ". ",
    "? ",
    ", ",
    "...",
    " said ",
    "he said",
    "Peskov",
    "Russian ",
]
PARTS += [
    "Kyiv",
    "U.S.",
    "Gen. ",
    "the army ",
    "RSF",
    "according to ",
    "KYIV, May 2 (Wire) - ",
    "’s ",
    "\r\n",
    "😀",
    "adding that ",
]


def test_any_jumble_of_words_and_marks_is_taken_apart_with_offsets_that_hold():
    chance = random.Random(0)
    for _ in range(500):
        text = "".join(chance.choices(PARTS, k=chance.randint(1, 40)))
        taken = questions(text)
        assert all(text[sentence.start : sentence.end] == sentence.text for sentence in taken.sentences)
        assert all(0 <= found.start <= found.end <= len(text) for found in [*taken.asked, *taken.skipped])
        assert all(question.text.strip() and question.actor.strip() for question in taken.asked)
