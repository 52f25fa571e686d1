"""Another name in the place of an actor's, in the text and in the question: a party's of its own kind, or no name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parley.actors import Alias, Mention, find_actors
from parley.data.encoding import ARTICLE, UNKNOWN, Span, bare, mentions, place_of

MASK = "the group"
"""What stands in the place of a masked name; of six words tried, one of the three that cost the least."""

OTHER_MASK = "the actor in question"
"""The same where the actor is not in the text, and some group is."""

Shape = tuple[str, str]
"""Kind of a name, and what else it must share with the one it stands in for."""


@dataclass(frozen=True)
class Renamed:
    """A row with another name in it: its text, its actor and the actor's offsets (-1, -1 where they are lost)."""

    text: str
    actor: str
    span: Span


def shape_of(alias: Alias) -> Shape:
    """Return which names this one may give way to: capital for capital, leader for leader."""
    words = alias.alias.split()
    if alias.kind == "ministry":
        return alias.kind, " ".join(words[1:])
    if alias.kind == "demonym":
        return alias.kind, "people" if alias.alias.endswith("s") else "adjective"
    return alias.kind, "several words" if len(words) > 1 else "one word"


def names_by_shape(table: Sequence[Alias], first: Iterable[str] = ()) -> dict[Shape, dict[str, str]]:
    """Return, for each shape, one unambiguous name of each party; the parties of ``first`` lead, in their order."""
    names: Mapping[str, list[Alias]] = defaultdict(list)
    for alias in table:
        if not alias.ambiguous:
            names[alias.party].append(alias)
    found: dict[Shape, dict[str, str]] = defaultdict(dict)
    for party in dict.fromkeys([*first, *sorted(names)]):
        for alias in names[party]:
            found[shape_of(alias)].setdefault(party, alias.alias)
    return found


def known_name(actor: str) -> Mention | None:
    """Return the name in an actor's words that the alias table knows in one reading; ``None`` for "the rebels"."""
    return next((found for found in find_actors(actor) if len(found.readings) == 1), None)


def stand_ins(text: str, mention: Mention, names: Mapping[Shape, Mapping[str, str]]) -> dict[str, str]:
    """Return the names, by party, that may take the place of the one mentioned: of parties that the text lacks."""
    there = {alias.party for found in find_actors(text) for alias in found.readings}
    kin = names.get(shape_of(mention.readings[0]), {})
    return {party: name for party, name in kin.items() if party not in there}


def rename(text: str, actor: str, span: Span, mention: Mention, name: str) -> Renamed:
    """Put a name in the place of the one mentioned, wherever it stands in the text.

    Args:
        text: the sentence.
        actor: the actor as the sentence has it.
        span: offsets of the actor in the text.
        mention: the name in the actor's words, as ``known_name`` finds it.
        name: what takes its place.
    """
    start, end = span
    head, tail = actor[: mention.start], actor[mention.end :]
    before = _replaced(text[:start] + head, mention.alias, name)
    asked = _replaced(head, mention.alias, name) + name + tail
    new = _article(before, name) + name + tail + _replaced(text[end:], mention.alias, name)
    place = new.find(asked, max(len(before) - len(head) - 2, 0))
    return Renamed(new, asked, (place, place + len(asked)) if place >= 0 else (-1, -1))


def mask(text: str, actor: str, span: Span = UNKNOWN) -> Renamed:
    """Put ``MASK`` in the place of the words that name an actor, article and all, wherever they stand in the text.

    Other names of the same party, and longer names that hold these words ("South Sudan" for "Sudan"), stay.

    Args:
        text: the sentence.
        actor: the actor; where it is not in the text, only the question is masked.
        span: offsets of the actor in the text, or ``UNKNOWN``.

    Returns:
        The masked row; its offsets are unknown where they were, unless the text itself speaks of a group.
    """
    start, end = place_of(text, actor, span)
    there = bool(mentions(text, MASK))
    if start < 0:
        return Renamed(text, OTHER_MASK if there else MASK, UNKNOWN)
    name = bare(text[start:end])
    any_case = 0 if name.isupper() else re.IGNORECASE  # "US" is not "us"
    again = re.compile(rf"(?<!\w)(?:{ARTICLE})?(?<!\w){re.escape(name)}(?!\w)", any_case)
    longer = [found for found in find_actors(text) if len(bare(found.alias)) > len(name)]

    def masked(part: str, offset: int) -> str:
        def one(found: re.Match[str]) -> str:
            last = found.end() + offset
            return found[0] if any(other.start < last <= other.end for other in longer) else MASK

        return again.sub(one, part)

    before = masked(re.sub(rf"(?<!\w){ARTICLE}$", "", text[:start]), 0)
    place = (len(before), len(before) + len(MASK)) if span != UNKNOWN or there else UNKNOWN
    return Renamed(before + MASK + masked(text[end:], end), MASK, place)


def _replaced(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text)


def _article(before: str, name: str) -> str:
    """Return the text before a name with its indefinite article, if it ends in one, made to fit."""
    article = "an" if name[0] in "AEIOaeio" else "a"
    return re.sub(r"(?<!\w)([Aa])n? $", lambda found: found[1] + article[1:] + " ", before)
