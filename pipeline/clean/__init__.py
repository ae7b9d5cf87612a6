"""What is not the article goes, each removal signed: boilerplate, repeats, injected strings, broken paragraphs. Pure."""
