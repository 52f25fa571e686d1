from parley.actors import default_table, find_actors
from parley.data.encoding import UNKNOWN
from parley.data.renaming import MASK, Renamed, known_name, mask, names_by_shape, rename, shape_of, stand_ins

NAMES = names_by_shape(default_table().aliases)


def test_the_name_is_replaced_in_text_and_actor_and_the_offsets_follow():
    text = "An Iranian envoy refused, and Iranian radio said so."
    new = rename(text, "Iranian envoy", (3, 16), known_name("Iranian envoy"), "Swiss")
    assert new.text == "A Swiss envoy refused, and Swiss radio said so."
    assert new.actor == "Swiss envoy"
    assert new.text[slice(*new.span)] == new.actor


def test_a_name_gives_way_only_to_its_own_kind():
    mention = known_name("Tehran")
    kinds = {find_actors(name)[0].readings[0].kind for name in stand_ins("Tehran waits.", mention, NAMES).values()}
    assert kinds == {"capital"}
    assert shape_of(known_name("the Egyptians").readings[0]) != shape_of(known_name("Egyptian officers").readings[0])


def test_parties_that_the_text_names_already_do_not_stand_in():
    found = stand_ins("Russia met Iranian officers in Paris.", known_name("Russia"), NAMES)
    assert not {"Russia", "Iran", "France"} & set(found)
    assert "Egypt" in found


def test_an_actor_without_a_name_has_no_known_name():
    assert known_name("the rebels") is None


def test_a_masked_name_is_masked_wherever_it_stands_and_the_offsets_follow():
    text = "Officials in Kyiv said the Kremlin lied, and that the Kremlin's army shelled Kyiv."
    new = mask(text, "Kremlin", (27, 34))
    assert new.text == "Officials in Kyiv said the group lied, and that the group's army shelled Kyiv."
    assert new.text[slice(*new.span)] == new.actor == MASK


def test_rows_that_differ_in_the_name_alone_are_one_row_once_masked():
    names = ("Russia", "Iran", "An Iranian envoy", "the Afghan envoy")
    found = {mask(f"{name} would talk.", name) for name in names}
    assert {(new.text, new.span) for new in found} == {("The group would talk.", (0, 9))}
    assert mask("An Iranian envoy left.", "Iranian envoy").text == "The group left."


def test_an_actor_that_is_not_in_the_text_is_masked_in_the_question_alone():
    assert mask("“Never,” he said.", "Moscow") == Renamed("“Never,” he said.", MASK, UNKNOWN)
    assert mask("He left the group.", "Moscow").actor == "Moscow", "the mask would point at other words"
