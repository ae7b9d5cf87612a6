"""Page to article: charset, body, title, authors, date. Pure."""
