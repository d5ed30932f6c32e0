"""`python -m auditgen`."""

from auditgen.cli import main

main()
