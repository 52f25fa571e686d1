"""Two sentences made into one text, so that a model must see whose position is whose."""

import random

LINKS = (" ", ", while ", "; ", ", and ")
LOWERED = frozenset(
    [
        "A",
        "After",
        "All",
        "An",
        "As",
        "At",
        "Both",
        "But",
        "During",
        "For",
        "From",
        "His",
        "If",
        "In",
        "Its",
        "No",
        "On",
        "Since",
        "That",
        "The",
        "Their",
        "Two",
        "When",
    ]
)
"""First words that lose their capital within a sentence."""


def join(first: str, second: str, draw: random.Random) -> tuple[str, int]:
    """Join two sentences, as two or as clauses of one.

    Returns:
        The text, and the offset at which the second begins.
    """
    link = draw.choice(LINKS)
    if link == " " or not first.endswith(".") or not second[:1].isupper():
        head = first + "." if first[-1:].isalnum() else first
        return f"{head} {second}", len(head) + 1
    head = first[:-1] + link
    if second.split(" ", 1)[0] in LOWERED:
        second = second[0].lower() + second[1:]
    return head + second, len(head)
