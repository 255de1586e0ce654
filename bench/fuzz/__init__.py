"""What strangers may send enters our parsers, mutated; what they make of it must be an answer or a named refusal."""
