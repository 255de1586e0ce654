"""The desk: questions in, pages and answers from the index out."""
