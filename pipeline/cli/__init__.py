"""One command a file; parses, calls, prints. Nothing is decided here."""
