"""The files that people write for us, read as text; what is wrong with one is told with its place."""

from pathlib import Path

from pipeline.errors import ConfigError, Fault


def read_text_file(path: Path, if_missing: str = "Check the name") -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark. Raises ConfigError.

    `if_missing`: what to do when there is none.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        line = path.read_bytes()[: exc.start].count(b"\n") + 1
        raise ConfigError(Fault(f"{path}:{line}", "not UTF-8", "Save the file as UTF-8")) from exc
    except FileNotFoundError as exc:
        raise ConfigError(Fault(str(path), "there is no such file", if_missing)) from exc
    except OSError as exc:
        raise ConfigError(Fault(str(path), f"cannot be read ({exc.strerror})", "Check its permissions")) from exc
