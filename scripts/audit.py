"""The same as `parley audit`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["audit", *sys.argv[1:]]))
