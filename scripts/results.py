"""The same as `parley results`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["results", *sys.argv[1:]]))
