"""The label scheme: names and their fixed order, stated in one place."""

CONCILIATORY = "conciliatory"
CONDITIONAL = "conditional"
HOSTILE = "hostile"
NONE = "none"

LABELS: tuple[str, ...] = (CONCILIATORY, CONDITIONAL, HOSTILE, NONE)
"""All labels; every matrix and every probability row of Parley has its columns in this order."""

NONE_KINDS: tuple[str, ...] = ("event", "words", "war", "other")
"""Why a row shows no stance; kept beside rows labelled ``none``, never predicted."""

KINDS: tuple[str, ...] = ("narration", "paraphrase", "quotation", "headline")
"""How a sentence reports: the source kind of a row."""


def stances(labels: tuple[str, ...] | list[str]) -> list[str]:
    """Return the labels that take a side: all but ``none``, in their order."""
    return [label for label in labels if label != NONE]
