"""Files in the cloud, through fsspec: s3://, gs://, hf:// and whatever else it has a driver for.

    url ── find_remote ──▶ RemoteFile …  ── open_remote ──▶ a stream that can be read at any place

fsspec is what pandas, datasets and Ray use for the same: credentials stand where their users have put them already.
"""

import hashlib
import importlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast

from pipeline.errors import UsageError
from pipeline.store.files import Guarded

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+)://")
_DRIVERS = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "hf": "huggingface_hub", "az": "adlfs", "abfs": "adlfs"}
_BUFFER = 2**20  # bytes that are asked for at once; the drivers read ahead by some megabytes themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file in the cloud, as its storage described it."""

    url: str
    size: int
    version: str  # another one when the file was replaced


def is_remote(path: str) -> bool:
    """Return whether a path has a scheme: "s3://bucket/dumps"."""
    return _SCHEME.match(path) is not None


def find_remote(url: str) -> list[tuple[RemoteFile, str]]:
    """Return the files that a url names, itself or below it or by a pattern, each with its name below the url, in order.

    Raises UsageError for a missing driver, a storage that refuses, or a url with nothing there.
    """
    system, path = _system(url)
    with _told(url):
        system.invalidate_cache()
        roots = sorted(system.glob(path)) if any(mark in path for mark in "*?[") else [path]
        found = [(info, _below(info["name"], root)) for root in roots for info in _infos(system, root)]
        files = [(_described(system, info), name) for info, name in found]
    if not files:
        raise UsageError(f"{url}: no files there. Check the name")
    return files


def open_remote(file: RemoteFile) -> IO[bytes]:
    """Return the file, opened for reading at any place. Raises OSError, also later, whatever the driver raises."""
    system, path = _system(file.url)
    try:
        raw = system.open(path, "rb")
    except Exception as exc:
        raise OSError(_words(exc)) from exc
    return io.BufferedReader(Guarded(cast("IO[bytes]", raw), is_owned=True), _BUFFER)


def _infos(system: Any, root: str) -> list[dict[str, Any]]:  # noqa: ANN401 - fsspec has no types
    """Return what the storage says of the files below a path, in order."""
    found = system.find(root, detail=True)
    return [found[name] for name in sorted(found)]


def _below(name: str, root: str) -> str:
    return name.removeprefix(root).lstrip("/") or name.rsplit("/", 1)[-1]


def _described(system: Any, info: dict[str, Any]) -> RemoteFile:  # noqa: ANN401 - as above
    said = repr(sorted((name, str(value)) for name, value in info.items()))
    version = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
    return RemoteFile(url=system.unstrip_protocol(info["name"]), size=int(info.get("size") or 0), version=version)


def _system(url: str) -> tuple[Any, str]:
    """Return the file system of a url, and the path in it. Raises UsageError where there is no driver."""
    match = _SCHEME.match(url)
    scheme = match[1] if match else ""
    if scheme in ("http", "https"):
        raise UsageError(f"{url}: is an address in the web. Fetch pages with zhnews crawl, and download files first")
    needed = _DRIVERS.get(scheme, "fsspec")
    try:
        fsspec = importlib.import_module("fsspec")
        with _told(url):
            system, path = fsspec.url_to_fs(url)
    except ImportError as exc:
        raise UsageError(f"{url}: needs {needed}. Install it: pip install {needed}") from exc
    return system, path


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Give what drivers raise, each its own kind of exception, as ours."""
    try:
        yield
    except ImportError:
        raise
    except Exception as exc:
        raise UsageError(
            f"{url}: cannot be reached ({_words(exc)}). Check the name, and who you are logged in as"
        ) from exc


def _words(exc: Exception) -> str:
    return " ".join(str(exc).split())[:200] or type(exc).__name__
