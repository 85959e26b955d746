"""``python -m kinoeye``."""

import sys

from kinoeye.cli.main import main

sys.exit(main())
