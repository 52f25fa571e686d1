"""The same as `parley describe-data`; see --help."""

import sys

from parley.cli import main

if __name__ == "__main__":
    sys.exit(main(["describe-data", *sys.argv[1:]]))
