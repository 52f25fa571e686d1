from parley.actors import default_table, find_actors
from parley.data.encoding import UNKNOWN, mentions
from parley.data.renaming import (
    MASK,
    OTHER_MASK,
    Renamed,
    known_name,
    mask,
    names_by_shape,
    rename,
    shape_of,
    stand_ins,
)

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


def masked(text, actor, number=0):
    """Mask the ``number``-th mention, and mark it as the model's input has it."""
    new = mask(text, actor, mentions(text, actor)[number])
    assert new.text[slice(*new.span)] == new.actor == MASK
    return f"{new.text[: new.span[0]]}[{new.actor}]{new.text[new.span[1] :]}"


def test_the_words_that_name_an_actor_are_masked_wherever_they_stand_and_the_offsets_follow():
    text = "Officials in Kyiv said the Kremlin lied, and that the Kremlin's army shelled Kyiv."
    assert masked(text, "Kremlin") == "Officials in Kyiv said [the group] lied, and that the group's army shelled Kyiv."
    assert (
        masked(text, "Kyiv", 1)
        == "Officials in the group said the Kremlin lied, and that the Kremlin's army shelled [the group]."
    )
    assert (
        masked("The rebels left; nobody saw the rebels, said ex-rebels.", "The rebels")
        == "[the group] left; nobody saw the group, said ex-the group."
    )
    assert masked("The US told us, and the US-led force.", "US") == "[the group] told us, and the group-led force."


def test_a_longer_name_that_holds_the_words_stays():
    assert masked("Sudan refused, South Sudan said.", "Sudan") == "[the group] refused, South Sudan said."
    assert masked("The Kremlin lied, the Kremlin.", "The Kremlin") == "[the group] lied, the group."


def test_rows_that_differ_in_the_name_alone_are_one_row_once_masked():
    names = ("Russia", "Iran", "An Iranian envoy", "the Afghan envoy")
    assert {mask(f"{name} would talk.", name) for name in names} == {Renamed("the group would talk.", MASK, UNKNOWN)}


def test_offsets_that_are_unknown_stay_so_unless_a_group_would_be_taken_for_the_actor():
    assert mask("Iran lied, Iran said.", "Iran") == Renamed("the group lied, the group said.", MASK, UNKNOWN)
    new = mask("The Wagner Group told Iran.", "Iran")
    assert new.text[slice(*new.span)] == MASK


def test_an_actor_that_is_not_in_the_text_is_masked_in_the_question_alone():
    assert mask("“Never,” he said.", "Moscow") == Renamed("“Never,” he said.", MASK, UNKNOWN)
    assert mask("The Wagner Group left.", "Moscow") == Renamed("The Wagner Group left.", OTHER_MASK, UNKNOWN)
