"""A small news site on loopback: what `zhnews demo` and the tests crawl.

    data/sample/site/<host>/…  ── serve_site ──▶ http://127.0.0.1:<port>/   Host: <host>
                     site.toml ── what a file cannot say: statuses, wrong charsets, redirects
    data/sample/sources.yaml   ── demo_sources ──▶ the same with the port filled in

The only place that may import `http.server`. It listens on 127.0.0.1 alone and reads nothing but the files below its root.
"""

import gzip
import hashlib
import importlib.resources
import socket
import sys
import threading
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import SetupError

LOOPBACK = "127.0.0.1"
SITE_FILE = "site.toml"

_TYPES = {
    ".htm": "text/html",
    ".html": "text/html",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".json": "application/json",
    ".gz": "application/gzip",
}
_UNKNOWN_TYPE = "application/octet-stream"
_PRESSED = (".gz", ".png")  # compressed already
_MIN_GZIP_BYTES = 256  # below this the coding costs more than it saves
_FIRST_DAY = datetime(2026, 11, 20, tzinfo=UTC)  # Last-Modified counts from here; file times differ in every checkout


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that was answered."""

    host: str
    path: str  # as asked, with its query
    status: int


@dataclass(frozen=True, slots=True)
class RunningSite:
    """The site while it is served."""

    port: int
    requests: list[Request]  # in the order of their answers; it grows while the site runs

    def count(self, *, host: str | None = None, path: str | None = None, status: int | None = None) -> int:
        """Return how many requests had this host, path (without its query) and status; None: any."""
        return sum(
            host in (None, r.host) and path in (None, r.path.partition("?")[0]) and status in (None, r.status)
            for r in self.requests.copy()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """How a path is answered, where its file alone does not say it: one table of `[answers]` in site.toml."""

    status: int = 200
    location: str | None = None  # of a redirect
    content_type: str | None = None  # None: by the suffix
    headers: Mapping[str, str] = field(default_factory=dict)


def sample_root() -> Path:
    """Return the folder of the sample: in the installed package, else in the checkout. Raises SetupError."""
    package = Path(str(importlib.resources.files("pipeline")))
    places = (package / "_sample", package.parent / "data" / "sample")
    for place in places:
        if (place / "site").is_dir():
            return place
    raise SetupError(f"the demo site is missing, looked in {places[0]} and {places[1]}. Install zhnews again")


def demo_sources(root: Path, port: int) -> str:
    """Return the sample's sources.yaml for a site that is served at this port."""
    text = (root / "sources.yaml").read_text(encoding="utf-8")
    return text.replace("{port}", str(port)).replace("{sample}", root.resolve().as_posix())


@contextmanager
def serve_site(root: Path, port: int = 0) -> Iterator[RunningSite]:
    """Serve `<root>/<host>/…` on loopback while the context is open; port 0: any that is free.

    Files are read at each request, so a test may change one between two crawls. Raises SetupError when the port is taken.
    """
    if not root.is_dir():
        raise SetupError(f"{root}: no such folder. Name the folder that holds one folder a host")
    try:
        server = _Server(root, port)
    except OSError as exc:
        raise SetupError(f"{LOOPBACK}:{port}: cannot listen there ({exc.strerror}). Choose another port, or 0") from exc
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="demo-site")
    thread.start()
    try:
        yield RunningSite(server.server_port, server.requests)
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # they are joined on closing; hang_up() ends those that wait for a next request
    request_queue_size = 64

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.requests: list[Request] = []
        self._lines: set[socket.socket] = set()
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the name look-up of the base class, which may ask the network."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_name, self.server_port = LOOPBACK, self.socket.getsockname()[1]

    def process_request(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]  # sockets, not datagrams
        self._lines.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]  # sockets, not datagrams
        self._lines.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are kept alive."""
        for line in tuple(self._lines):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:  # the other side was faster
                continue

    def handle_error(self, request: socket.socket, client_address: tuple[str, int]) -> None:  # type: ignore[override]  # sockets, not datagrams
        """Say nothing of a crawler that hangs up in the middle: the demo must bear that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """What goes back."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "zhnews-demo"
    sys_version = ""
    timeout = 30  # seconds that a silent connection is kept

    def do_GET(self) -> None:
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def log_message(self, *_args: object) -> None:
        """Log nothing: the requests are in the list."""

    def _send(self, *, with_body: bool) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower()
        asked = {name.lower(): value for name, value in self.headers.items()}
        reply = _reply(self.server.root, host, self.path, asked)
        self.server.requests.append(Request(host=host, path=self.path, status=reply.status))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(reply.body)


def _reply(root: Path, host: str, target: str, asked: Mapping[str, str]) -> _Reply:
    folder = next((f for f in root.iterdir() if f.is_dir() and f.name == host), None)
    if folder is None:
        return _text(404, f"no such host: {host}")
    path = unquote(urlsplit(target).path)
    types, answers = _read_site_file(folder)
    answer = answers.get(path, Answer())
    if answer.location:
        return _with(_text(answer.status, "moved"), {**answer.headers, "Location": answer.location})
    file = _find_file(folder, path)
    if file is None or answer.status != HTTPStatus.OK:
        return _with(_text(404 if answer.status == HTTPStatus.OK else answer.status, "not here"), answer.headers)
    content_type = answer.content_type or {**_TYPES, **types}.get(file.suffix, _UNKNOWN_TYPE)
    return _with(_file_reply(file, content_type, asked), answer.headers)


def _read_site_file(folder: Path) -> tuple[dict[str, str], dict[str, Answer]]:
    """Return the content type of each suffix and the answer of each path that site.toml names."""
    file = folder / SITE_FILE
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return table.get("types", {}), {path: Answer(**keys) for path, keys in table.get("answers", {}).items()}


def _find_file(folder: Path, path: str) -> Path | None:
    """Return the file of a path: itself, the index of a folder, or the page without its suffix.

    The path is looked up among the files that are there, so `..` leads nowhere.
    """
    files = {f.relative_to(folder).as_posix(): f for f in folder.rglob("*") if f.is_file() and f.name != SITE_FILE}
    name = path.removeprefix("/")
    stem = name.rstrip("/")
    index = f"{stem}/index.html".removeprefix("/")
    return next((files[n] for n in (name, index, f"{name}.html") if n in files), None)


def _file_reply(file: Path, content_type: str, asked: Mapping[str, str]) -> _Reply:
    body = file.read_bytes()
    digest = hashlib.sha256(body).digest()
    changed = _FIRST_DAY + timedelta(seconds=int.from_bytes(digest[:2], "big"))
    headers = {
        "ETag": f'W/"{digest[:8].hex()}"',  # weak: the same for the plain and the compressed form
        "Last-Modified": format_datetime(changed, usegmt=True),
        "Vary": "Accept-Encoding",
    }
    if _is_known(asked, headers):
        return _Reply(status=304, headers=headers)
    headers["Content-Type"] = content_type
    if file.suffix not in _PRESSED and len(body) >= _MIN_GZIP_BYTES and "gzip" in asked.get("accept-encoding", ""):
        body = gzip.compress(body, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return _Reply(status=200, headers=headers, body=body)


def _is_known(asked: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Return whether the client has this version. The tag decides where both are sent (RFC 9110, section 13.2.2)."""
    tags = asked.get("if-none-match")
    if tags is not None:
        return headers["ETag"] in {tag.strip() for tag in tags.split(",")}
    return asked.get("if-modified-since") == headers["Last-Modified"]


def _text(status: int, text: str) -> _Reply:
    return _Reply(status=status, headers={"Content-Type": "text/plain; charset=utf-8"}, body=f"{text}\n".encode())


def _with(reply: _Reply, headers: Mapping[str, str]) -> _Reply:
    return replace(reply, headers={**reply.headers, **headers})
