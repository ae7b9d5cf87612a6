"""Content coding undone, piece by piece, within a limit.

Clients' own decoders store the first half of a cut gzip stream as a page, stop after the first of several members, and unpack
a few kilobytes into gigabytes. This one sees the cut, reads all members, and stops at the limit.
"""

import zlib
from typing import Final, Literal, TypeAlias

MAX_STEP: Final = 256 << 10  # bytes unpacked at once: a bomb then costs the limit in memory, not twice the limit
MAX_MEMBERS: Final = 1024  # of one gzip stream; blocked gzip of 16 MB has 256, more is made to keep us busy

Coding: TypeAlias = Literal["identity", "gzip", "deflate"]


class InflateError(ValueError):
    """The body cannot be unpacked."""


class TooLargeError(ValueError):
    """The body is larger than we take."""


def parse_coding(header: str | None) -> Coding:
    """Return the coding of a Content-Encoding header. Raises InflateError for those that we never ask for, and stacks."""
    match (header or "").strip().lower():
        case "" | "identity" | "none" | "utf-8":  # the last two: seen on servers that mix up their headers
            return "identity"
        case "gzip" | "x-gzip":
            return "gzip"
        case "deflate":
            return "deflate"
        case other:
            raise InflateError(f"content coding {other[:40]!r} was not asked for")


class Inflater:
    """Takes pieces as sent, gives the body. Raises InflateError and TooLargeError."""

    def __init__(self, coding: Coding, max_bytes: int) -> None:
        self._coding: Coding | None = None if coding != "identity" else coding  # None: not sure before the first bytes
        self._declared = coding
        self._max_bytes = max_bytes
        self._waiting = b""  # bytes that are too few to tell what they begin
        self._body = bytearray()
        self._stream = zlib.decompressobj()
        self._members = 0
        self._is_over = False  # what follows is padding

    def __len__(self) -> int:
        return len(self._body)

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""
        data = self._waiting + piece
        self._waiting = b""
        if self._coding is None and not self._begin(data):
            self._waiting = data
            return
        if self._coding == "identity":
            self._append(data)
        else:
            self._inflate(data)

    def finish(self, *, may_be_cut: bool = False) -> bytes:
        """Return the whole body. A cut one is an error, unless the caller cut it."""
        if self._coding is None:
            self._append(self._waiting)
        elif self._coding != "identity" and not may_be_cut and not (self._is_over or self._between_members()):
            raise InflateError(f"the {self._coding} stream is cut")
        return bytes(self._body)

    def _begin(self, data: bytes) -> bool:
        """Look at the first two bytes: plain text under a gzip label is common, raw deflate under a deflate label too."""
        if len(data) < 2:
            return False
        if self._declared == "gzip":
            self._coding = "gzip" if data.startswith(b"\x1f\x8b") else "identity"
            self._stream = zlib.decompressobj(wbits=31)
        else:
            self._coding = "deflate"
            has_header = data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
            self._stream = zlib.decompressobj(wbits=15 if has_header else -15)
        return True

    def _inflate(self, data: bytes) -> None:
        is_full = False  # the last step gave all that it might, so the stream may hold more though all data was taken
        while (data or is_full) and not self._is_over:
            if self._stream.eof and not self._next_member(data):
                return
            step = min(self._max_bytes - len(self._body) + 1, MAX_STEP)
            try:
                piece = self._stream.decompress(data, step)
            except zlib.error as exc:
                raise InflateError(f"broken {self._coding} stream: {exc}") from exc
            self._append(piece)
            data = self._stream.unconsumed_tail or self._stream.unused_data
            is_full = len(piece) == step and not self._stream.eof

    def _next_member(self, data: bytes) -> bool:
        """Begin another gzip member; False when this is no such thing, or too little of it to tell."""
        if len(data) < 2 and data == b"\x1f":
            self._waiting = data
            return False
        if self._coding != "gzip" or not data.startswith(b"\x1f\x8b"):
            self._is_over = True
            return False
        self._members += 1
        if self._members >= MAX_MEMBERS:
            raise InflateError(f"more than {MAX_MEMBERS} gzip members")
        self._stream = zlib.decompressobj(wbits=31)
        return True

    def _between_members(self) -> bool:
        return self._stream.eof

    def _append(self, data: bytes) -> None:
        self._body += data
        if len(self._body) > self._max_bytes:
            raise TooLargeError(f"more than {self._max_bytes} bytes, unpacked")
