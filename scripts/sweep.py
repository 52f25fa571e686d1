"""The same as `parley sweep`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["sweep", *sys.argv[1:]]))
