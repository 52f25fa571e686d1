"""The same as `parley benchmark-accuracy`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["benchmark-accuracy", *sys.argv[1:]]))
