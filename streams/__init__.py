"""The line: articles in, cleaned, split and tagged articles and known headlines out. Meets others in `schemas`."""
