"""The same as `parley read`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["read", *sys.argv[1:]]))
