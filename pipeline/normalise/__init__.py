"""One spelling: invisible characters, widths, entities, script. Runs before cleaning. Pure."""
