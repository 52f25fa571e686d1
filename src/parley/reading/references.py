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
    named = [(mention.text.lower().split(), mention) for mention in mentions if not mention.reason]
    found = []
    for match in _SHORT.finditer(text):
        word, place = match[1].lower(), match.span(1)
        parties = {mention.party for words, mention in named if word in words[1:]}
        before = any(word in words[1:] and mention.end <= match.start() for words, mention in named)
        inside = any(mention.start < place[1] and place[0] < mention.end for _, mention in named)
        if len(parties) == 1 and before and not inside:
            found.append(ActorMention(match[1], *place, parties.pop()))
    return found
