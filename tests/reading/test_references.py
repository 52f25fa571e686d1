from parley.reading.mentions import find
from parley.reading.questions import questions
from parley.reading.references import references


def meant(text):
    return [
        (mention.text, mention.party, text[mention.start : mention.end]) for mention in references(text, find(text))
    ]


def test_a_short_form_means_the_one_party_named_so_before():
    text = "The Sudanese army refused. Egypt said the army would come. The army's chief agreed."
    assert meant(text) == [("army", "Sudanese army", "army")] * 2
    assert [(q.sentence, q.party) for q in questions(text).asked] == [
        (0, "Sudanese army"),
        (1, "Egypt"),
        (1, "Sudanese army"),
        (2, "Sudanese army"),
    ]


def test_it_means_nobody_before_the_name_or_between_two():
    assert meant("The army refused. Nobody came.") == []
    assert meant("The army refused. The Sudanese army did.") == []
    assert meant("The Israeli army and the Syrian army met. The army left.") == []
    assert meant("The Sudanese army refused. The army of Chad did not.") == []
