"""The same as `parley check-data`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["check-data", *sys.argv[1:]]))
