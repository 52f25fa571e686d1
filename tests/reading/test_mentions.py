from parley.actors import default_table
from parley.reading import mentions
from parley.reading.mentions import find


def found(text, table=None):
    return [(mention.text, mention.party, mention.reason) for mention in find(text, table)]


def test_what_is_passed_over_says_why():
    text = "PARIS, May 2 (Wire) - In Kyiv, a Russian novel on the US-led raid was sold by Jack London."
    assert found(text) == [
        ("PARIS", "France", mentions.DATED),
        ("Kyiv", "Ukraine", mentions.PLACE),
        ("Russian", "Russia", mentions.PEOPLE),
        ("US", "United States", mentions.COMPOUND),
        ("London", "United Kingdom", mentions.NAME),
    ]


def test_offsets_point_at_the_words_and_a_title_joins_its_name():
    text = "Yesterday Russian Foreign Minister Sergei Lavrov met Ukraine's envoy."
    assert found(text) == [
        ("Russian Foreign Minister Sergei Lavrov", "Russia", ""),
        ("Ukraine", "Ukraine", ""),
    ]
    assert all(text[mention.start : mention.end] == mention.text for mention in find(text))


def test_an_ambiguous_form_is_settled_by_the_rest_of_the_article():
    assert ("RSF", "Rapid Support Forces", "") in found("The RSF agreed. The Rapid Support Forces named two.")
    assert ("RSF", "Reporters Without Borders", "") in found("RSF protested. Reporters Without Borders wrote.")
    assert found("The RSF agreed.") == [
        (
            "RSF",
            "Rapid Support Forces",
            "ambiguous: Rapid Support Forces or Reporters Without Borders, and the article does not say which",
        )
    ]


def test_headlines_in_capitals_are_read_and_short_forms_keep_their_case():
    assert found("PUTIN REJECTS TRUCE") == [("PUTIN", "Russia", "")]
    assert found("Tell us more, it said.") == []
    assert found("Tell the US more.") == [("US", "United States", "")]


def test_a_line_break_inside_a_name_or_after_it_changes_nothing():
    assert found("The Rapid Support\nForces agreed.")[0][1] == "Rapid Support Forces"
    assert found("Two Russian\nofficials left.") == [("Russian\nofficials", "Russia", "")]


def test_a_users_table_adds_actors_and_overrides_the_one_that_comes_along(tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("alias,party,kind,ambiguous\nBlue Brigade,Blue Brigade,group,\nRSF,Rapid Support Forces,group,\n")
    table = default_table().joined(file)
    assert found("The Blue Brigade and the RSF met Kyiv's envoy.", table) == [
        ("Blue Brigade", "Blue Brigade", ""),
        ("RSF", "Rapid Support Forces", ""),
        ("Kyiv", "Ukraine", ""),
    ]
