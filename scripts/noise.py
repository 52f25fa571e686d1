"""The same as `parley noise`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["noise", *sys.argv[1:]]))
