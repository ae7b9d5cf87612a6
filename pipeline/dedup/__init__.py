"""Near-duplicates: signature, bands, verification, decision. Pure."""
