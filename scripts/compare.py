"""The same as `parley compare`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["compare", *sys.argv[1:]]))
