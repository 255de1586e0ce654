"""Runs the command as `python -m sada`, which is how the supervisor starts its roles."""

from sada.cli import main

raise SystemExit(main())
