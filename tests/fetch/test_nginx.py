"""The client against a server that nobody here wrote: nginx with TLS, gzip, 304 and HTTP/2. Skipped where there is none."""

import asyncio
import gzip
import shutil
import socket
import subprocess
import time
from contextlib import suppress

import pytest

from pipeline.fetch.answers import ClientLimits, Failed, Fetched, Gone, NotModified, Request
from pipeline.fetch.client import Client

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx: apt-get install nginx-light")
HOST = "news.test"
PAGE = (
    "<!doctype html><meta charset=utf-8><title>窗口</title>" + "<p>取号之后坐着等，叫到号再过去。</p>" * 200
).encode()

CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; default_type text/html; port_in_redirect off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  gzip on; gzip_min_length 100; gzip_static on; types {{ text/html html; application/xml xml; }} gzip_types application/xml;
  server {{
    listen 127.0.0.1:{port} ssl http2; server_name {host};
    ssl_certificate {folder}/chain.pem; ssl_certificate_key {folder}/key.pem;
    root {folder}/www;
    location = /protocol {{ return 200 "$server_protocol"; }}
    location = /slow {{ limit_rate 400; try_files /page.html =404; }}
    location = /busy {{ add_header Retry-After 7 always; return 503; }}
  }}
}}
"""


@pytest.fixture(scope="module")
def nginx(tmp_path_factory):
    """The port of a running nginx and the file of the authority that it is certified by."""
    trustme = pytest.importorskip("trustme", reason="makes the certificates")
    folder = tmp_path_factory.mktemp("nginx")
    authority = trustme.CA()
    certificate = authority.issue_cert(HOST)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    (folder / "chain.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    (folder / "www" / "archive").mkdir(parents=True)
    (folder / "www" / "page.html").write_bytes(PAGE)
    (folder / "www" / "archive" / "index.html").write_bytes(PAGE)
    (folder / "www" / "packed.html").write_bytes(b"not this one")
    (folder / "www" / "packed.html.gz").write_bytes(gzip.compress(PAGE))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "nginx.conf").write_text(CONFIG.format(folder=folder, port=port, host=HOST))
    command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield port, str(folder / "ca.pem")
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def fetch(nginx, path, *, ca_file="", deadline_s=20.0, host=HOST, **fields):
    port, authority = nginx

    async def ask():
        limits = ClientLimits(deadline_s=deadline_s)
        async with Client(limits, "zhnews/test", ca_file=authority if ca_file == "" else ca_file) as client:
            return await client.fetch(Request(url=f"https://{host}{path}", connect_to=f"127.0.0.1:{port}", **fields))

    return asyncio.run(ask())


def test_a_page_over_tls_comes_packed_and_is_unpacked(nginx):
    result = fetch(nginx, "/page.html")
    assert isinstance(result, Fetched)
    assert result.body == PAGE
    assert (result.validators.etag or "").startswith('W/"'), "nginx weakens the tag of what it packs on the way"
    assert result.validators.last_modified


def test_a_file_that_lies_there_packed_is_unpacked(nginx):
    result = fetch(nginx, "/packed.html")
    assert isinstance(result, Fetched)
    assert result.body == PAGE


def test_what_did_not_change_is_not_sent_again(nginx):
    first = fetch(nginx, "/page.html")
    again = fetch(nginx, "/page.html", validators=first.validators)
    assert isinstance(again, NotModified)
    assert again.validators.last_modified == first.validators.last_modified
    assert again.validators.etag == first.validators.etag.removeprefix("W/"), "nothing was packed this time"


def test_a_server_that_offers_http_2_is_spoken_to_in_http_1_1(nginx):
    result = fetch(nginx, "/protocol")
    assert isinstance(result, Fetched)
    assert result.body == b"HTTP/1.1"


def test_a_folder_is_redirected_to(nginx):
    result = fetch(nginx, "/archive")
    assert isinstance(result, Fetched)
    assert (result.final_url, result.body) == (f"https://{HOST}/archive/", PAGE)


def test_what_is_not_there_is_gone(nginx):
    assert isinstance(fetch(nginx, "/nowhere.html"), Gone)


def test_retry_after_is_passed_on(nginx):
    result = fetch(nginx, "/busy")
    assert isinstance(result, Failed)
    assert (result.status, result.retry_after_s) == (503, 7.0)


def test_a_trickle_ends_at_the_deadline(nginx):
    result = fetch(nginx, "/slow", deadline_s=1.0)
    assert isinstance(result, Failed)
    assert result.reason == "deadline"
    assert result.elapsed_s < 3


@pytest.mark.parametrize(
    ("host", "ca_file"), [(HOST, None), ("other.test", "")], ids=["unknown authority", "other name"]
)
def test_a_certificate_that_does_not_fit_is_refused(nginx, host, ca_file):
    result = fetch(nginx, "/page.html", host=host, ca_file=ca_file)
    assert isinstance(result, Failed)
    assert result.reason == "tls"
