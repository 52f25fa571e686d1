"""Errors a user can mend: each message says what was expected, what was found and the remedy."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class ParleyError(Exception):
    """Base of every error that is the input's, not the program's; the command line shows it without a traceback."""


class ConfigError(ParleyError):
    """A config file or an override is wrong."""


class DataError(ParleyError):
    """A data file is wrong; the message lists the faults with file and line."""


class EncoderError(ParleyError):
    """Pretrained weights are missing, unreachable or not the ones expected."""


class RunError(ParleyError):
    """A run folder is missing, incomplete or does not fit the request."""


class PackageError(ParleyError):
    """A package that only some work needs is not installed."""


@contextmanager
def needing(what: str, extra: str) -> Iterator[None]:
    """Turn a package that is not installed into a ``PackageError`` that names the extra to install.

    Args:
        what: what is expected, in words.
        extra: the extra of Parley's package that brings it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or str(error)).split(".")[0]
        raise PackageError(
            f"expected {what}, found no package {package}; install it with: pip install 'parley-stance[{extra}]'"
        ) from error


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the known word nearest to ``word``, or an empty string."""
    match = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean {match[0]!r}?)" if match else ""
