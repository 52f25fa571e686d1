"""The same as `parley screen`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["screen", *sys.argv[1:]]))
