"""Is it about the topic, and which places say so. Pure."""
