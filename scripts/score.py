"""The same as `parley score`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["score", *sys.argv[1:]]))
