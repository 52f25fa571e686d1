"""The same as `parley train`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
