"""The folder in which a build works, and how it becomes the output.

OUT.work/fingerprint   of inputs and settings: where it differs from this run's, what stands there is of no use
OUT.work/inputs/       sizes and digests of the input files
OUT.work/build.log     a line at the begin of each stage, and one a minute
"""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

from pipeline.errors import InputError, OutputError
from pipeline.store.files import cannot_write, write_text_whole
from pipeline.store.listing import ARCHIVE_ENDINGS, InputFile, ending_of
from pipeline.store.records import Json

MANIFEST = "manifest.json"
_FILES_AT_ONCE = 200  # that one task digests
_READ = 2**18


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTask:
    """Some files to digest."""

    number: int
    files: tuple[InputFile, ...]
    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / f"{self.number:05d}.json"


def check_replaceable(out: Path, files: Sequence[InputFile], *, force: bool) -> None:
    """Raise OutputError unless the folder is free, or an earlier build's that may be replaced and holds no input."""
    if not out.exists():
        return
    if not force:
        raise OutputError(f"{out}: exists already. Give another name, or --force to replace it")
    if any(file.remote is None and file.path.resolve().is_relative_to(out) for file in files):
        raise OutputError(f"{out}: holds inputs of this build, and would be replaced. Give another name")
    if any(out.iterdir()) and not is_a_build(out):
        raise OutputError(
            f"{out}: is no earlier build (no {MANIFEST} of ours in it) and is not replaced. Give another name"
        )


def is_a_build(folder: Path) -> bool:
    """Return whether a folder is what a build made."""
    try:
        return "zhnews" in json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def begin(work: Path, told: Mapping[str, str]) -> str:
    """Clear away what stands from other inputs or settings; return what has changed since, "" for nothing.

    `told`: what the result depends on, by name; the names are what is returned. Raises OutputError when the folder is no
    build's: what stands there is not ours to clear away.
    """
    marker = work / "fingerprint"
    if not marker.exists() and any(not path.name.startswith(".") for path in work.iterdir()):
        raise OutputError(f"{work}: holds other files. Give a folder of its own as --work")
    digests = {name: hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest() for name, value in told.items()}
    try:
        before = json.loads(marker.read_text(encoding="utf-8")) if marker.exists() else None
    except ValueError:
        before = {}
    if before == digests:
        return ""
    try:
        for stale in (path for path in work.iterdir() if path.is_dir()):
            shutil.rmtree(stale)
        write_text_whole(marker, json.dumps(digests))
    except OSError as exc:
        raise cannot_write(work, exc) from exc
    return "" if before is None else " and ".join(name for name in digests if before.get(name) != digests[name])


def stamp(file: InputFile) -> tuple[str, int, int | str]:
    """Return what tells that a file is still the one that was read; of a pipe nothing does."""
    if file.remote is not None:
        return file.name, file.remote.size, file.remote.version
    if not file.path.is_file():
        return file.name, 0, 0
    stat = file.path.stat()
    return file.name, stat.st_size, stat.st_mtime_ns


def digest_tasks(files: Sequence[InputFile], folder: Path) -> list[DigestTask]:
    """Return the tasks that digest the inputs."""
    bounds = [*range(0, len(files), _FILES_AT_ONCE), len(files)]
    return [
        DigestTask(number=n, files=tuple(files[first:end]), folder=folder)
        for n, (first, end) in enumerate(pairwise(bounds))
    ]


def digest_task(task: DigestTask) -> Path:
    """Write name, size and SHA-256 of some inputs; return the file."""
    if not task.path.exists():
        write_text_whole(task.path, json.dumps([_digested(file) for file in task.files]))
    return task.path


def digests_of(tasks: Sequence[DigestTask]) -> list[Json]:
    """Return what finished tasks wrote, in order of the inputs."""
    return [row for task in tasks for row in json.loads(task.path.read_text(encoding="utf-8"))]


def publish(made: Path, out: Path) -> None:
    """Put the folder in its place; one that stood there goes only when the new one is whole."""
    old = out.with_name(f"{out.name}.old")
    try:
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.rename(old)
        made.rename(out)
    except OSError as exc:
        raise cannot_write(out, exc) from exc
    shutil.rmtree(old, ignore_errors=True)


def _digested(file: InputFile) -> Json:
    """Return name, bytes and digest; of a pipe, and of what cannot be read, the name alone.

    A file in the cloud is not fetched for its digest: what its storage says of its version stands instead.
    """
    if file.remote is not None:
        return {"name": file.name, "bytes": file.size, "url": file.remote.url, "version": file.remote.version}
    if not file.is_there:
        return {"name": file.name}
    try:
        with file.open() as stream:
            whole, size = hashlib.sha256(), 0
            while piece := stream.read(_READ):
                whole.update(piece)
                size += len(piece)
            return {"name": file.name, "bytes": size, "sha256": whole.hexdigest(), **_hidden(stream, file)}
    except (OSError, InputError):
        return {"name": file.name}


def _hidden(stream: IO[bytes], file: InputFile) -> Json:
    """Return how many hidden files of an archive are left out, if there are any."""
    if ending_of(file.path) not in ARCHIVE_ENDINGS:
        return {}
    from pipeline.store.archives import count_hidden_members  # noqa: PLC0415 - few builds have archives

    stream.seek(0)
    n = count_hidden_members(stream, file.path.suffix.lower(), file.size)
    return {"hidden_files": n} if n else {}
