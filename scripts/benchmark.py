"""The same as `parley benchmark`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["benchmark", *sys.argv[1:]]))
