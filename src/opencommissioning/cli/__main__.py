"""`python -m opencommissioning.cli`."""

from opencommissioning.cli.main import main

main()
