"""The desk's pages: one file each, a request in, a page or the outcome of an action out."""
