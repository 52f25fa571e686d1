"""The command line: one typed command per verb; heavy imports happen inside them."""

import sys
from collections.abc import Sequence

import typer

from parley.cli import data, measuring, modelling, reading, scaling  # noqa: F401  (importing them registers their verbs)
from parley.cli.app import app, complaints
from parley.errors import ParleyError, needing

EXTRAS = {
    "timeline": "timeline",
    "serve": "app",
    "score": "scale",
    "noise": "corpus",
    "check-data": "corpus",
    "describe-data": "corpus",
}
"""The extra that brings what a verb needs, where it is not ``train``."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; an error the user can mend is shown without a traceback.

    Returns:
        The exit status: 0, 1 for a ``ParleyError``, 2 for wrong usage.
    """
    argv = list(sys.argv[1:] if argv is None else argv)
    verb = argv[0] if argv else ""
    try:
        with needing(f"the packages of parley {verb}", EXTRAS.get(verb, "train")):
            return app(argv, standalone_mode=False) or 0
    except ParleyError as error:
        complaints.print(f"error: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except typer.TyperException as error:
        complaints.print(f"error: {error.format_message()}; see --help", style="red", markup=False, highlight=False)
        return error.exit_code
