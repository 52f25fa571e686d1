"""The same as `parley timeline`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["timeline", *sys.argv[1:]]))
