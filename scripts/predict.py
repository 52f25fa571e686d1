"""The same as `parley predict`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["predict", *sys.argv[1:]]))
