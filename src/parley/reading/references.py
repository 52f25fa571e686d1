"""Short references to a party that the article names in full before: ``the army`` after ``the Sudanese army``."""

import re
from collections.abc import Iterable

from parley.reading.mentions import ActorMention
from parley.reading.words import SHORT_FORMS, alternatives

_SHORT = re.compile(rf"\b(?i:the) ({alternatives(SHORT_FORMS)})(?=['’]s\b|[ ,.;:?!”\"])(?! of\b)")


def references(text: str, mentions: Iterable[ActorMention]) -> list[ActorMention]:
    """Find short references that only one party named before can be meant by.

    Args:
        text: the article.
        mentions: the mentions found in it, in order; those passed over name nobody.

    Returns:
        The references in the order of the text; none where two parties share the word.
    """
    named = [mention for mention in mentions if not mention.reason]
    taken = {offset for mention in named for offset in range(mention.start, mention.end)}
    meant: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for mention in named:
        for word in mention.text.lower().split()[1:]:
            meant.setdefault(word, set()).add(mention.party)
            first.setdefault(word, mention.end)
    return [
        ActorMention(match[1], *match.span(1), next(iter(meant[word])))
        for match in _SHORT.finditer(text)
        if len(meant.get(word := match[1].lower(), ())) == 1
        and first[word] <= match.start()
        and match.start(1) not in taken
    ]
