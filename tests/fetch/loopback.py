"""A small HTTP server on 127.0.0.1 that says exactly what a test wants."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


def response(body: bytes | str = b"", *, status: str = "200 OK", **headers: Any) -> bytes:
    """Return a whole HTTP response. Header names are written with underscores; None leaves one out."""
    data = body.encode() if isinstance(body, str) else body
    lines = {"Content-Type": "text/html; charset=utf-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
    if "Transfer-Encoding" not in lines:
        lines.setdefault("Content-Length", len(data))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + data


@dataclass
class Site:
    """What is served, and what was asked."""

    answers: Mapping[str, Answer]
    close: frozenset[str] = frozenset()  # paths after which the connection is closed
    requests: list[str] = field(default_factory=list)  # heads, as received
    connections: int = 0
    port: int = 0

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def asked(self, path: str) -> int:
        return sum(head.split(" ")[1] == path for head in self.requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self.requests.append(head)
                path = head.split(" ")[1]
                answer = self.answers.get(path, response("no such page", status="404 Not Found"))
                if isinstance(answer, bytes):
                    writer.write(answer)
                    await writer.drain()
                else:
                    await answer(writer)
                if path in self.close:
                    break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client is done, or the test is
        finally:
            writer.close()


@asynccontextmanager
async def serving(site: Site, tls: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=tls)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        server.close()
