from parley.reading.mentions import find
from parley.reading.sentences import split
from parley.reading.speakers import utterances


def said(text):
    return [
        (words.speaker, words.mention and words.mention.party, text[words.start : words.end])
        for words in utterances(text, split(text), find(text))
    ]


def test_the_words_of_one_quotation_have_one_speaker():
    text = "“We will not talk. They know why,” Dmitry Peskov said. “Ask them.” He left."
    assert said(text) == [
        ("Dmitry Peskov", "Russia", "“We will not talk. They know why,”"),
        ("Dmitry Peskov", "Russia", "“Ask them.”"),
    ]


def test_a_quotation_left_open_is_carried_into_the_next_paragraph():
    text = "“We agreed on prisoners.\n\n“We did not agree on land,” Rustem Umerov said."
    assert [speaker for speaker, *_ in said(text)] == ["Rustem Umerov", "Rustem Umerov"]


def test_a_pronoun_stands_for_the_last_speaker_and_is_marked():
    text = "“Yes,” Lavrov said. “No,” he added."
    first, second = utterances(text, split(text), find(text))
    assert (first.pronoun, second.pronoun) == (False, True)
    assert second.speaker == "Lavrov"
    assert text[slice(*second.cue)] == "he"


def test_a_pronoun_with_nobody_before_it_is_left_alone():
    assert said("“Yes,” he said.")[0][:2] == ("", None)


def test_indirect_speech_has_a_speaker_too():
    assert said("According to Kyiv, the text was empty.") == [("Kyiv", "Ukraine", "the text was empty.")]
    assert said("Hamas said it would wait, while Netanyahu said he would not.") == [
        ("Hamas", "Hamas", "it would wait"),
        ("Netanyahu", "Israel", "he would not."),
    ]


def test_who_only_speaks_of_a_party_does_not_speak_for_it():
    assert said("“It is over,” said an analyst of Russian forces.")[0][1] is None


def test_what_was_not_said_has_no_speaker():
    assert said("Hezbollah would not say whether it would stop. Hezbollah did not comment.") == []
