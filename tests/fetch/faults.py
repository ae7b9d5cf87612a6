"""What servers do wrong, each under a path of its own, and as what a fetch of it must end.

    /drip-head  /short-length  /bomb-gzip  …        FAULTS: name → Fault(play, ends)

A player writes raw bytes, so that it can break every rule. A name is asked as http://news.test/<name>.
"""

import asyncio
import contextlib
import gzip
import socket
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache

PAGE = (
    "<!doctype html><meta charset=utf-8><title>窗口不再排队</title><h1>窗口不再排队</h1>"
    + "<p>取号之后坐着等。</p>" * 9
).encode()
PACKED = gzip.compress(PAGE, mtime=0)
MIB = 1 << 20

Play = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """How a server answers, and the ends that are right: "page", or the reason of a refusal or failure."""

    play: Play
    ends: frozenset[str]
    closes: bool = True  # the connection, when all is said


def _head(*lines: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *lines, "", "")).encode()


def _whole(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    return _head(*lines, f"Content-Length: {len(body)}", status=status) + body


def _says(*pieces: bytes) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return play


def _drips(first: bytes, drop: bytes, pause_s: float = 0.2) -> Play:
    """Say something every so often, for as long as the other side listens."""

    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while not writer.is_closing():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return play


def _floods(first: bytes, drop: bytes) -> Play:
    return _drips(first, drop, 0.01)  # without a pause the machine would be busy with the server


async def _is_silent(writer: asyncio.StreamWriter) -> None:
    await writer.wait_closed()  # until the other side has had enough


async def _resets(writer: asyncio.StreamWriter) -> None:
    writer.write(_head(f"Content-Length: {9 * len(PAGE)}") + PAGE)
    await writer.drain()
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@cache
def _zeros(mebibytes: int, times: int = 1) -> bytes:
    """Return so many zeros, packed so many times."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    data = b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.flush()
    for _ in range(times - 1):
        data = gzip.compress(data, mtime=0)
    return data


def _bomb(times: int, coding: str) -> Play:
    async def play(writer: asyncio.StreamWriter) -> None:
        writer.write(_whole(_zeros(200, times), f"Content-Encoding: {coding}"))
        await writer.drain()

    return play


def _raw_deflate() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(PAGE) + packer.flush()


def _redirect(location: str | bytes, status: str = "302 Found") -> Play:
    target = location.encode() if isinstance(location, str) else location
    return _says(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nLocation: ".encode() + target + b"\r\n\r\n")


def _f(play: Play, *ends: str, closes: bool = True) -> Fault:
    return Fault(play, frozenset(ends), closes)


_HTML = "<!doctype html><meta charset=utf-8>"
_SLOW = ("deadline", "timeout")
FAULTS: dict[str, Fault] = {
    # time
    "drip-head": _f(_drips(b"HTTP/1.1 200 OK\r\nX-A: ", b"a"), *_SLOW),
    "drip-body": _f(_drips(_head("Content-Length: 99999"), b"x"), *_SLOW),
    "drip-chunks": _f(_drips(_head("Transfer-Encoding: chunked"), b"1\r\nx\r\n"), *_SLOW),
    "silent": _f(_is_silent, *_SLOW),
    "hints-without-end": _f(
        _floods(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20), *_SLOW, "too_large", "protocol"
    ),
    # cut and broken
    "short-length": _f(_says(_head(f"Content-Length: {len(PAGE) + 700}") + PAGE), "protocol"),
    "cut-chunks": _f(
        _says(_head("Transfer-Encoding: chunked") + f"{len(PAGE):x}\r\n".encode() + PAGE + b"\r\n"), "protocol"
    ),
    "bad-chunk-size": _f(_says(_head("Transfer-Encoding: chunked") + b"xyz\r\n" + PAGE), "protocol"),
    "reset": _f(_resets, "protocol"),
    "hangs-up": _f(_says(), "protocol"),
    "no-status-line": _f(_says(PAGE), "protocol"),
    "odd-status-line": _f(_says(b"HELLO 2 you\r\n\r\n" + PAGE), "protocol"),
    "two-lengths": _f(_says(_head("Content-Length: 9", f"Content-Length: {len(PAGE)}") + PAGE), "protocol"),
    # legal though unusual
    "until-close": _f(_says(_head("Connection: close") + PAGE), "page"),
    "no-reason": _f(
        _says(f"HTTP/1.1 200\r\nContent-Length: {len(PAGE)}\r\n\r\n".encode() + PAGE), "page", closes=False
    ),
    "gbk-header": _f(
        _says(_whole(PAGE).replace(b"\r\n", b"\r\nX-T: " + "等".encode("gbk") + b"\r\n", 1)), "page", closes=False
    ),
    "stale-line": _f(_says(_whole(PAGE)), "page"),
    "many-cookies": _f(
        _says(_whole(PAGE, *(f"Set-Cookie: k{n}={'v' * 900}" for n in range(20)))), "page", closes=False
    ),
    # codings
    "gzip": _f(_says(_whole(PACKED, "Content-Encoding: gzip")), "page", closes=False),
    "gzip-members": _f(
        _says(_whole(gzip.compress(PAGE[:99]) + gzip.compress(PAGE[99:]), "Content-Encoding: gzip")), "page"
    ),
    "gzip-padded": _f(_says(_whole(PACKED + bytes(40), "Content-Encoding: gzip")), "page"),
    "gzip-cut": _f(_says(_whole(PACKED[:-20], "Content-Encoding: gzip")), "encoding"),
    "gzip-in-name-only": _f(_says(_whole(PAGE, "Content-Encoding: gzip")), "page"),
    "raw-deflate": _f(_says(_whole(_raw_deflate(), "Content-Encoding: deflate")), "page"),
    "unasked-coding": _f(_says(_whole(PACKED, "Content-Encoding: br")), "encoding"),
    # size
    "bomb-gzip": _f(_bomb(1, "gzip"), "too_large"),
    "bomb-in-bomb": _f(_bomb(2, "gzip, gzip"), "encoding"),
    "endless-body": _f(_floods(_head(), b"<p>xxxx</p>" * 6000), "too_large", "deadline"),
    "huge-length": _f(_says(_head("Content-Length: 6000000000") + PAGE), "too_large"),
    "huge-header": _f(_says(_whole(PAGE, f"X-Big: {'a' * 3 * MIB}")), "too_large", "protocol"),
    "many-headers": _f(_says(_whole(PAGE, *(f"X-{n}: a" for n in range(30_000)))), "too_large", "protocol"),
    "endless-headers": _f(
        _floods(b"HTTP/1.1 200 OK\r\n", b"X-A: aaaaaaaaaaaaaaaaaaaa\r\n" * 400), "too_large", "protocol", "deadline"
    ),
    # redirects
    "to-itself": _f(_redirect("/to-itself"), "redirects", closes=False),
    "to-nowhere": _f(_says(_whole(b"", status="302 Found")), "redirects"),
    "to-gbk": _f(_redirect(b"/gzip?" + "等".encode("gbk")), "page", "status"),
    "to-loopback": _f(_redirect("http://127.0.0.1:80/"), "address"),
    "to-hex-loopback": _f(_redirect("http://0x7f.1:80/"), "address"),
    "to-mapped-loopback": _f(_redirect("http://[::ffff:127.0.0.1]:80/"), "address"),
    "to-zero": _f(_redirect("http://0.0.0.0/"), "address"),
    "to-file": _f(_redirect("file:///etc/hostname"), "url"),
    "to-user": _f(_redirect("http://me:pw@news.test/gzip"), "url"),
    "to-private-name": _f(_redirect("http://inside.test/"), "address"),
    # statuses and walls
    "busy": _f(_says(_whole(b"", "Retry-After: 999999999", status="503 Busy")), "status", closes=False),
    "too-many": _f(_says(_whole(b"", "Retry-After: 9", status="429 Slow")), "too_many", closes=False),
    "304-unasked": _f(_says(b"HTTP/1.1 304 Not Modified\r\n\r\n"), "status"),
    "204": _f(_says(b"HTTP/1.1 204 No Content\r\n\r\n"), "empty", closes=False),
    "empty": _f(_says(_whole(b"")), "empty", closes=False),
    "gone": _f(_says(_whole(b"x", status="410 Gone")), "gone", closes=False),
    "picture": _f(_says(_whole(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)), "binary"),
    "soft-404": _f(_says(_whole(f"{_HTML}<title>404</title><p>抱歉，页面不存在或已经删除".encode())), "soft_404"),
    "captcha": _f(
        _says(_whole(f"{_HTML}<title>安全验证</title><p>请完成滑动验证后继续访问".encode())), "blocked:captcha"
    ),
    "challenge": _f(
        _says(_whole(b"<script>document.cookie='a=1';location.reload()</script>", status="521 x")), "blocked"
    ),
    "forwarding-page": _f(_says(_whole(b'<meta http-equiv="refresh" content="0;url=/gzip">')), "refresh"),
}


@dataclass(slots=True)
class FaultySite:
    """The faults while they are served."""

    port: int = 0
    connections: int = 0  # open now
    asked: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(reader, writer):
                    pass
        finally:
            self.connections -= 1
            self._tasks.discard(task)
            writer.transport.abort() if writer.is_closing() else writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        fault = FAULTS[head.split(b" ")[1].partition(b"?")[0].decode().removeprefix("/")]
        await fault.play(writer)
        return not (fault.closes or writer.is_closing())

    def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()


def warm_up() -> None:
    """Make the bombs: it takes a second or two, in which nothing else would be answered."""
    for times in (1, 2):
        _zeros(200, times)


@asynccontextmanager
async def serving_faults() -> AsyncIterator[FaultySite]:
    """Serve all faults on 127.0.0.1."""
    site = FaultySite()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
        site.stop()
        await asyncio.sleep(0)
