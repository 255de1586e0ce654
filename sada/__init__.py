"""The front door: the `sada` command, the supervisor of a line, local servers, and what shows their work."""
