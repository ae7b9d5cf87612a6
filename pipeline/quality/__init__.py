"""What a corpus is selected on: signals of quality, expressions over them, private data, the user's own word lists."""
