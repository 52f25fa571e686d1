"""The same as `parley export`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["export", *sys.argv[1:]]))
