"""The same as `parley evaluate`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["evaluate", *sys.argv[1:]]))
