"""The same as `parley serve`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
