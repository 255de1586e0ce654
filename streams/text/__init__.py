"""Arabic text in, what can be read from it out: pure tools that the stages share."""
