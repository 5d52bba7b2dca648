"""The finders for languages that write spaces between words and capitals in names."""
