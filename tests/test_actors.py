import pytest

from parley.actors import find_actors, first_actor, read_table, table_path
from parley.errors import DataError

HEADER = "alias,party,kind,ambiguous\n"


def parties(text):
    return [(mention.alias, mention.readings[0].party) for mention in find_actors(text)]


def test_the_longest_form_wins_and_offsets_point_at_it():
    text = "The Russian Foreign Ministry met Ukraine's envoy."
    found = find_actors(text)
    assert [mention.alias for mention in found] == ["Russian Foreign Ministry", "Ukraine"]
    assert all(text[mention.start : mention.end] == mention.alias for mention in found)


def test_capitals_seats_and_groups_are_read_as_their_parties():
    assert parties("Moscow and the Kremlin spoke; Hamas did not.") == [
        ("Moscow", "Russia"),
        ("Kremlin", "Russia"),
        ("Hamas", "Hamas"),
    ]


def test_forms_are_found_on_word_borders_and_as_printed():
    assert parties("Somaliland is not Mali, and mali is no name.") == [("Somaliland", "Somaliland"), ("Mali", "Mali")]


def test_a_certain_form_is_asked_before_an_ambiguous_one():
    assert first_actor("Georgia heard from Kyiv.") == "Kyiv"
    assert first_actor("Georgia signed.") == "Georgia"
    assert first_actor("Nobody signed.") is None


@pytest.mark.parametrize(
    ("alias", "readings"),
    [
        ("Georgia", {"Georgia"}),
        ("Jordan", {"Jordan"}),
        ("Guinea", {"Guinea"}),
        ("Niger", {"Niger"}),
        ("Congo", {"DR Congo", "Republic of the Congo"}),
        ("Sudan", {"Sudan"}),
        ("Korea", {"South Korea", "North Korea"}),
        ("Ireland", {"Ireland"}),
    ],
)
def test_ambiguous_forms_are_marked(alias, readings):
    (mention,) = find_actors(alias)
    assert {reading.party for reading in mention.readings} == readings
    assert not mention.certain


@pytest.mark.parametrize(
    "name", ["Nigeria", "South Sudan", "Guinea-Bissau", "North Korea", "Northern Ireland", "DR Congo"]
)
def test_their_neighbours_are_not(name):
    (mention,) = find_actors(name)
    assert mention.alias == name


def test_the_table_that_comes_with_parley_is_sound():
    aliases = read_table(table_path())
    assert len({alias.party for alias in aliases if alias.kind == "state"}) >= 195
    assert len({alias.party for alias in aliases if alias.kind in ("group", "body")}) >= 150


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("alias,party\n", r":1: expected the header alias,party,kind,ambiguous"),
        (HEADER + "Kyiv,Ukraine,city,\n", r":2: expected a kind among state, .*found 'city'"),
        (HEADER + "Kyiv,Ukraine\n", r":2: expected four fields"),
        (HEADER + "Kyiv,,capital,\n", r":2: expected four fields, alias and party not empty"),
        (HEADER + "Kyiv,Ukraine,capital,\nKyiv,Ukraine,capital,\n", r":3: 'Kyiv' stands for 'Ukraine' twice"),
    ],
)
def test_a_fault_in_a_table_is_an_error_with_its_line(tmp_path, text, message):
    (tmp_path / "actors.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_table(tmp_path / "actors.csv")
