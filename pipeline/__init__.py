"""Chinese news sites and raw Chinese text in; a clean, de-duplicated corpus out, every removal signed."""

__version__ = "0.1.0"
