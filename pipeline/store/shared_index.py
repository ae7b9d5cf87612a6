"""One near-duplicate index for several machines: datasketch's MinHashLSH, its tables in Redis.

    name:…_bucket_…   band key → ids of kept records           (datasketch's own tables)
    name:records      id → the record, so that any machine can compare its text
    name:texts        content key → id;   name:urls   url → id
    name:spec         what the signatures depend on

Only kept records are in it. Each costs some 12 kB of memory and a query 32 questions over the network; an index on one
machine (`pipeline.store.index`) costs 768 bytes of disk and a thousandth of the time. Two machines that meet the same
new text in the same moment may both keep it: who needs more lets one machine decide.
"""

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np

from pipeline.dedup.bands import Pairs
from pipeline.dedup.decide import Earlier, Signed
from pipeline.dedup.signature import SignatureSpec, to_lean_minhash
from pipeline.errors import StateError, UsageError
from pipeline.model import Record
from pipeline.store.records import value_to_json

_TIMEOUT_S = 10  # a server that is not there is told after so long, not after minutes


class SharedIndex:
    """The kept records of all machines that use one server, and one name on it."""

    def __init__(self, url: str, name: str, spec: SignatureSpec) -> None:
        from datasketch import MinHashLSH  # noqa: PLC0415 - half a second that only the sharers pay
        from datasketch.storage import ordered_storage  # noqa: PLC0415

        config = {"type": "redis", "basename": name.encode(), "redis": _address(url)}
        self.spec = spec
        self._where = f"{url} {name}"
        self._lsh: MinHashLSH = MinHashLSH(
            num_perm=spec.num_perm, params=(spec.bands, spec.rows), storage_config=config, prepickle=False
        )
        self._records, self._texts, self._urls, self._spec = (
            ordered_storage(config, name=f"{name}:{what}".encode()) for what in ("records", "texts", "urls", "spec")
        )
        self._check_spec()

    def __len__(self) -> int:
        return int(self._records.size())

    def earlier(self, records: Sequence[Record], signed: Signed) -> Earlier:
        """Return what the kept records have to do with new ones."""
        likes = [self._like(signed, row) if signed.has_letters[row] else [] for row in range(len(signed))]
        texts = {key: held for key in signed.content_keys if (held := _first(self._texts, key)) is not None}
        urls = {held for r in records if r.url and (held := _first(self._urls, r.url.encode())) is not None}
        found = self._read({*(one for some in likes for one in some), *texts.values(), *urls})
        place = {record.id.encode("utf-8", "surrogatepass"): at for at, record in enumerate(found)}
        both = [(place[one], row) for row, some in enumerate(likes) for one in some if one in place]
        pairs = np.array(both, np.int64).reshape(-1, 2)
        return Earlier(records=found, pairs=Pairs(pairs[:, 0], pairs[:, 1]), texts=frozenset(texts))

    def add(self, records: Sequence[Record], signed: Signed, kept: Iterable[int]) -> None:
        """Add the kept ones of some records, by place. One with an id that is known already is left as it is."""
        for row in kept:
            record = records[row]
            key = record.id.encode("utf-8", "surrogatepass")
            if self._records.has_key(key):
                continue
            self._records.insert(key, _packed(record))  # first: the tables never name one that cannot be read
            self._texts.insert(signed.content_keys[row], key)
            if record.url:
                self._urls.insert(record.url.encode(), key)
            if signed.has_letters[row]:
                minhash = to_lean_minhash(signed.signatures[row], self.spec)
                self._lsh.insert(key, minhash, check_duplication=False)

    def _like(self, signed: Signed, row: int) -> list[bytes]:
        found: list[bytes] = self._lsh.query(to_lean_minhash(signed.signatures[row], self.spec))
        return found

    def _read(self, ids: set[bytes]) -> list[Record]:
        """Return the records, in an order that is the same for everybody."""
        return [_unpacked(kept[0]) for one in sorted(ids) if (kept := self._records.get(one))]

    def _check_spec(self) -> None:
        wanted = json.dumps(asdict(self.spec), sort_keys=True)
        if not self._spec.has_key(b"spec"):
            self._spec.insert(b"spec", wanted.encode())
        made_with = self._spec.get(b"spec")[0].decode()
        if made_with != wanted:
            raise StateError(
                f"{self._where}: was made with {made_with}, this run uses {wanted}. Use another --redis-name, or the same version"
            )


@contextmanager
def open_shared_index(url: str, name: str, spec: SignatureSpec) -> Iterator[SharedIndex]:
    """Open the index of a name on a server. Raises StateError when the server fails, UsageError when Redis is not installed."""
    try:
        from redis.exceptions import RedisError  # noqa: PLC0415 - an extra
    except ImportError as exc:
        raise UsageError("--backend redis needs the extra: pip install 'zhnews[redis]'") from exc
    try:
        yield SharedIndex(url, name, spec)
    except RedisError as exc:
        raise StateError(f"{url}: the Redis server failed ({exc}). What was added before stands; run again") from exc


def _address(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise UsageError(f"{url}: expected redis://HOST:PORT/NUMBER")
    number = parts.path.strip("/") or "0"
    if not number.isascii() or not number.isdigit():
        raise UsageError(f"{url}: {number!r} is no number of a Redis database")
    return {
        "host": parts.hostname,
        "port": parts.port or 6379,
        "db": int(number),
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "ssl": parts.scheme == "rediss",
        "socket_connect_timeout": _TIMEOUT_S,
    }


def _first(table: Any, key: bytes) -> bytes | None:  # noqa: ANN401 - datasketch's storage has no types
    held = table.get(key)
    return held[0] if held else None


def _packed(record: Record) -> bytes:
    return zlib.compress(json.dumps(value_to_json(record), ensure_ascii=True).encode())


def _unpacked(content: bytes) -> Record:
    row = json.loads(zlib.decompress(content))
    at = row.pop("published_at")
    return Record(**row, published_at=None if at is None else datetime.fromisoformat(at))
