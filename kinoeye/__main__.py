"""``python -m kinoeye``."""

from kinoeye.cli.main import main

main()
