"""The files that people write for us, read as text; what is wrong with one is told with its place."""

from pathlib import Path

from pipeline.errors import ConfigError, Fault


def read_text_file(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        line = path.read_bytes()[: exc.start].count(b"\n") + 1
        raise ConfigError(Fault(f"{path}:{line}", "not UTF-8", "Save the file as UTF-8")) from exc
    except OSError as exc:
        raise ConfigError(
            Fault(str(path), f"cannot be read ({exc.strerror})", "Check the name and its permissions")
        ) from exc
