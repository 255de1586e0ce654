"""The line measured on real servers: what it does a second, what it costs, how soon a file is found."""
