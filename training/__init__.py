"""Rebuilds the tagger's model: corpora enter, streams/models/names.npz leaves. Never imported by the program."""
