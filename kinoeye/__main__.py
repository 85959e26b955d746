"""``python -m kinoeye``, and what the command ``kinoeye`` calls: being stopped while it still loads is no traceback."""

import importlib
import sys
from typing import Any


def main() -> Any:
    """Load the command line and run it."""
    try:
        return importlib.import_module("kinoeye.cli.main").main()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    sys.exit(main())
