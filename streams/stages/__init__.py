"""The stages: pure functions, one verb a file; a message enters, what it becomes leaves."""
