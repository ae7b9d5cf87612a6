import gzip
import http.client
import socket
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import SetupError
from pipeline.run.demo import LOOPBACK, Request, RunningSite, demo_sources, sample_root, serve_site

HOST = "news.test"
PAGE = "<html><body>" + "热线昨天接到四百通电话。" * 40 + "</body></html>"
SITE_TOML = """
[types]
".htm" = "text/html; charset=gb2312"

[answers."/old.html"]
status = 301
location = "/new.html"

[answers."/gone.html"]
status = 410

[answers."/busy.html"]
status = 503
headers = { Retry-After = "7" }

[answers."/wrong.html"]
content_type = "text/html; charset=iso-8859-1"
headers = { X-Robots-Tag = "noindex" }
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / HOST
    (folder / "sub").mkdir(parents=True)
    (folder / "site.toml").write_text(SITE_TOML, encoding="utf-8")
    for name in ("index.html", "new.html", "wrong.html", "busy.html", "sub/index.html"):
        (folder / name).write_text(PAGE, encoding="utf-8")
    (folder / "old.htm").write_bytes(PAGE.encode("gb18030"))
    (folder / "small.txt").write_text("短", encoding="utf-8")
    (folder / "map.xml.gz").write_bytes(gzip.compress(PAGE.encode(), mtime=0))
    (folder / "file.bin").write_bytes(b"\0" * 9)
    (tmp_path / "secret.html").write_text("not for you", encoding="utf-8")
    (tmp_path / "site" / "secret.html").write_text("not for you", encoding="utf-8")
    return tmp_path / "site"


@pytest.fixture
def site(root: Path) -> Iterator[RunningSite]:
    with serve_site(root) as running:
        yield running


def ask(site: RunningSite, path: str, *, host: str = HOST, method: str = "GET", **headers: str):
    line = http.client.HTTPConnection(LOOPBACK, site.port, timeout=5)
    try:
        sent = {"Host": host, **{name.replace("_", "-"): value for name, value in headers.items()}}
        line.request(method, path, headers=sent)
        answer = line.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        line.close()


STATUSES = {
    "a file": ("/new.html", 200),
    "the root is its index": ("/", 200),
    "a folder is its index": ("/sub/", 200),
    "a folder without the slash": ("/sub", 200),
    "a page without its suffix": ("/new", 200),
    "the query does not matter": ("/new.html?utm_source=rss", 200),
    "percent-encoded": ("/%6eew.html", 200),
    "nothing there": ("/nothing.html", 404),
    "moved": ("/old.html", 301),
    "gone, and there is no file": ("/gone.html", 410),
    "busy, although there is a file": ("/busy.html", 503),
    "its own settings": ("/site.toml", 404),
    "up": ("/../secret.html", 404),
    "up two": ("/sub/../../../secret.html", 404),
    "up, encoded": ("/%2e%2e/secret.html", 404),
    "up, encoded slash": ("/..%2f..%2fsecret.html", 404),
    "backslashes": ("/..%5csecret.html", 404),
    "a null byte": ("/new.html%00", 404),
    "a very long name": ("/" + "x" * 4000, 404),
    "an absolute path": ("//etc/passwd", 404),
}


@pytest.mark.parametrize(("path", "status"), STATUSES.values(), ids=STATUSES.keys())
def test_status_of_path(site, path, status):
    got, headers, body = ask(site, path)
    assert got == status
    assert int(headers["content-length"]) == len(body)
    assert b"not for you" not in body
    assert site.requests == [
        Request(host=HOST, path=path.replace("//", "/") if path.startswith("//") else path, status=status)
    ]


HOSTS = {
    "with a port": (f"{HOST}:8080", 200),
    "in capitals": ("News.Test", 200),
    "unknown": ("other.test", 404),
    "the folder above": ("..", 404),
    "the folder itself": (".", 404),
    "a file beside the hosts": ("secret.html", 404),
    "none": ("", 404),
}


@pytest.mark.parametrize(("host", "status"), HOSTS.values(), ids=HOSTS.keys())
def test_host_chooses_the_folder(site, host, status):
    assert ask(site, "/new.html", host=host)[0] == status


def test_validators_spare_the_body(site):
    _, headers, body = ask(site, "/new.html")
    assert body.decode() == PAGE
    for validator in ({"If_None_Match": headers["etag"]}, {"If_Modified_Since": headers["last-modified"]}):
        status, again, nothing = ask(site, "/new.html", **validator)
        assert (status, nothing) == (304, b"")
        assert again["etag"] == headers["etag"]
    assert ask(site, "/new.html", If_None_Match='"other", ' + headers["etag"])[0] == 304
    assert ask(site, "/new.html", If_None_Match='"other"')[0] == 200
    assert ask(site, "/new.html", If_None_Match='"other"', If_Modified_Since=headers["last-modified"])[0] == 200
    assert site.count(status=304) == 3
    assert site.count(path="/new.html") == 6


def test_validators_follow_the_content_and_not_the_clock(site, root):
    _, before, _ = ask(site, "/new.html")
    (root / HOST / "new.html").write_text(PAGE, encoding="utf-8")
    assert ask(site, "/new.html")[1]["etag"] == before["etag"]
    assert ask(site, "/new.html")[1]["last-modified"] == before["last-modified"]
    (root / HOST / "new.html").write_text(PAGE + "更正", encoding="utf-8")
    status, after, _ = ask(site, "/new.html", If_None_Match=before["etag"])
    assert status == 200
    assert after["etag"] != before["etag"]
    assert after["last-modified"] != before["last-modified"]


def test_gzip_when_accepted_and_worth_it(site):
    _, headers, body = ask(site, "/new.html", Accept_Encoding="gzip, deflate")
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body).decode() == PAGE
    assert ask(site, "/new.html", Accept_Encoding="gzip, deflate")[2] == body
    assert headers["etag"] == ask(site, "/new.html")[1]["etag"]
    for path in ("/small.txt", "/map.xml.gz"):
        assert "content-encoding" not in ask(site, path, Accept_Encoding="gzip")[1]
    assert "content-encoding" not in ask(site, "/new.html", Accept_Encoding="br")[1]


TYPES = {
    "/new.html": "text/html",
    "/old.htm": "text/html; charset=gb2312",
    "/wrong.html": "text/html; charset=iso-8859-1",
    "/small.txt": "text/plain",
    "/map.xml.gz": "application/gzip",
    "/file.bin": "application/octet-stream",
}


@pytest.mark.parametrize("path", TYPES)
def test_content_type(site, path):
    assert ask(site, path)[1]["content-type"] == TYPES[path]


def test_other_headers(site):
    assert ask(site, "/old.html")[1]["location"] == "/new.html"
    assert ask(site, "/busy.html")[1]["retry-after"] == "7"
    assert ask(site, "/wrong.html")[1]["x-robots-tag"] == "noindex"


def test_head_is_get_without_the_body(site):
    _, get, body = ask(site, "/new.html")
    status, head, nothing = ask(site, "/new.html", method="HEAD")
    assert (status, nothing) == (200, b"")
    assert head["content-length"] == get["content-length"] == str(len(body))
    assert ask(site, "/new.html", method="POST")[0] == 501


def test_requests_are_counted_by_host_path_and_status(site):
    for path in ("/new.html", "/new.html?page=2", "/nothing.html"):
        ask(site, path)
    assert site.count() == 3
    assert site.count(host=HOST, path="/new.html", status=200) == 2
    assert site.count(host="other.test") == 0
    assert site.count(status=404) == 1


def test_one_connection_serves_many_requests(site):
    line = http.client.HTTPConnection(LOOPBACK, site.port, timeout=5)
    for _ in range(3):
        line.request("GET", "/new.html", headers={"Host": HOST})
        assert line.getresponse().read().decode() == PAGE
    line.close()


def test_closing_ends_threads_and_kept_connections(root):
    before = set(threading.enumerate())
    with serve_site(root) as site:
        line = http.client.HTTPConnection(LOOPBACK, site.port, timeout=5)
        line.request("GET", "/new.html", headers={"Host": HOST})
        line.getresponse().read()
    assert set(threading.enumerate()) == before
    with socket.socket() as late:
        assert late.connect_ex((LOOPBACK, site.port)) != 0
    assert line.sock.recv(1) == b""
    line.close()


def test_a_client_that_hangs_up_is_borne_in_silence(site, capfd):
    with socket.create_connection((LOOPBACK, site.port), timeout=5) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.sendall(b"GET /new.html HTTP/1.1\r\nHost: news.test\r\n\r\nGET /new.html HTTP/1.1\r\nHo")
    assert ask(site, "/new.html")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_a_fault_of_the_site_is_shown(site, root, capfd):
    (root / HOST / "site.toml").write_text("[answers.'/new.html']\nstatsu = 200\n", encoding="utf-8")
    with pytest.raises((http.client.HTTPException, OSError)):
        ask(site, "/new.html")
    assert "statsu" in capfd.readouterr().err


def test_it_listens_on_loopback_only_and_says_when_it_cannot(site, root):
    assert site.port > 0
    with pytest.raises(SetupError, match=rf"127\.0\.0\.1:{site.port}: cannot listen"), serve_site(root, site.port):
        pass
    with pytest.raises(SetupError, match="no such folder"), serve_site(root / "nowhere"):
        pass


def test_the_sample_is_found_and_its_sources_get_the_port():
    root = sample_root()
    hosts = {folder.name for folder in (root / "site").iterdir()}
    text = demo_sources(root, 4321)
    assert "127.0.0.1:4321" in text
    assert "{port}" not in text
    assert "{sample}" not in text
    assert "{query}" in text
    assert (root / "texts").as_posix() in text
    assert all(f"http://{host}/" in text for host in hosts)


def test_every_answer_of_the_sample_is_given():
    root = sample_root() / "site"
    with serve_site(root) as site:
        for host in root.iterdir():
            table = tomllib.loads((host / "site.toml").read_text(encoding="utf-8"))
            for path, keys in table.get("answers", {}).items():
                status, headers, _ = ask(site, path, host=host.name)
                assert status == keys.get("status", 200)
                assert headers["content-type"] == keys.get("content_type", headers["content-type"])


def test_a_missing_sample_is_a_clear_error(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.resources.files", lambda _package: tmp_path / "pipeline")
    with pytest.raises(SetupError, match="demo site is missing"):
        sample_root()
