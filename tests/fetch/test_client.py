"""The client against a server that misbehaves. Everything stays on 127.0.0.1."""

import asyncio
import gzip
import shutil
import ssl
import subprocess
import zlib
from typing import Any

import httpx2 as httpx
import pytest

from pipeline.fetch.client import (
    Client,
    ClientLimits,
    Failed,
    Fetched,
    FetchResult,
    Gone,
    NotModified,
    Refused,
    Request,
    Validators,
)
from tests.fetch.loopback import Site, response, serving

PAGE = "<!doctype html><title>客服热线</title><p>接线员耐心解答。</p>"
LIMITS = ClientLimits(deadline_s=3.0, read_s=2.0, max_raw_bytes=50_000, max_body_bytes=100_000)


async def look_up(host: str, _port: int) -> list[str]:
    return {"inside.test": ["127.0.0.1"], "mixed.test": ["9.9.9.9", "10.0.0.1"], "none.test": []}[host]


def visit(answers: dict[str, Any], path: str = "/x", *, limits: ClientLimits = LIMITS, close: Any = (), **fields: Any):
    """Return what came of one request to news.test, and the site that was asked."""

    async def go() -> tuple[FetchResult, Site]:
        async with (
            serving(Site(answers, close=frozenset(close))) as site,
            Client(limits, "zhnews/0", resolve=look_up) as client,
        ):
            request = Request(**({"url": f"http://news.test{path}", "connect_to": site.endpoint} | fields))
            return await client.fetch(request), site

    return asyncio.run(go())


def test_a_page():
    headers = {
        "ETag": '"7"',
        "Last_Modified": "Mon, 02 Mar 2026 00:00:00 GMT",
        "X_Robots_Tag": "noarchive",
        "Set_Cookie": "a=1",
    }
    result, site = visit({"/x": response(PAGE, **headers)})
    assert isinstance(result, Fetched)
    assert result.body == PAGE.encode()
    assert (result.url, result.final_url, result.status) == ("http://news.test/x", "http://news.test/x", 200)
    assert result.content_type == "text/html; charset=utf-8"
    assert result.validators == Validators(etag='"7"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT")
    assert result.headers["x-robots-tag"] == "noarchive"
    assert "set-cookie" not in result.headers
    assert 0 <= result.elapsed_s < 3
    head = site.requests[0].lower()
    assert head.startswith("get /x http/1.1")
    assert "host: news.test\r\n" in head
    assert "user-agent: zhnews/0\r\n" in head
    assert "accept-encoding: gzip, deflate\r\n" in head
    assert "cookie" not in head


def test_no_cookie_is_ever_sent_back():
    result, site = visit({"/x": response(status="302 Found", Location="/y", Set_Cookie="a=1"), "/y": response(PAGE)})
    assert isinstance(result, Fetched)
    assert "cookie" not in site.requests[1].lower()


def test_the_address_is_asked_for_as_it_is_spelt():
    path = "/s?q=%BF%CD%B7%FE&x=a|b'c"
    result, site = visit({path: response(PAGE)}, path)
    assert isinstance(result, Fetched)
    assert site.asked(path) == 1
    assert visit({"/?a": response(PAGE)}, "?a")[1].asked("/?a") == 1
    assert visit({"/": response(PAGE)}, "#/route")[1].asked("/") == 1


def packed(data, coding):
    return response(data, Content_Encoding=coding)


WHOLE = {
    "gzip": packed(gzip.compress(PAGE.encode()), "gzip"),
    "two members": packed(gzip.compress(PAGE[:9].encode()) + gzip.compress(PAGE[9:].encode()), "gzip"),
    "gzip and padding": packed(gzip.compress(PAGE.encode()) + bytes(9), "gzip"),
    "deflate": packed(zlib.compress(PAGE.encode()), "deflate"),
    "label only": packed(PAGE.encode(), "gzip"),
    "no length": response(PAGE, Content_Length=None, Connection="close"),
    "chunked": response(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE.encode()), PAGE.encode()), Transfer_Encoding="chunked"),
    "no reason phrase": response(PAGE, status="200"),
    "early hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + response(PAGE),
    "GBK in a header": response(PAGE).replace(b"\r\n", b"\r\nX-T: " + "热线".encode("gbk") + b"\r\n", 1),
}


@pytest.mark.parametrize("answer", WHOLE.values(), ids=WHOLE.keys())
def test_whole_pages(answer):
    result, _ = visit({"/x": answer}, close=("/x",))
    assert isinstance(result, Fetched)
    assert result.body == PAGE.encode()


async def hang(_writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.1)


async def hints_without_end(writer: asyncio.StreamWriter) -> None:
    for _ in range(2000):
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0.002)


async def body_without_end(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(200):
        writer.write(b"x" * 4096)
        await writer.drain()


MANY: dict[str, Any] = {f"X_{n}": "a" * 70 for n in range(1300)}
FAULTS = {
    "no answer": (hang, "timeout"),
    "drip": (drip, "deadline"),
    "hints": (hints_without_end, "deadline"),
    "closed at once": (b"", "protocol"),
    "short body": (response(PAGE).replace(b"Content-Length: ", b"Content-Length: 9"), "protocol"),
    "cut chunk": (response(b"ff\r\nabc", Transfer_Encoding="chunked"), "protocol"),
    "two lengths": (response(PAGE).replace(b"\r\n", b"\r\nContent-Length: 3\r\n", 1), "protocol"),
    "no status line": (PAGE.encode(), "protocol"),
    "cut gzip": (packed(gzip.compress(PAGE.encode())[:-9], "gzip"), "encoding"),
    "unknown coding": (packed(PAGE.encode(), "br"), "encoding"),
    "stacked codings": (packed(gzip.compress(gzip.compress(PAGE.encode())), "gzip, gzip"), "encoding"),
    "bomb": (packed(gzip.compress(bytes(200_000)), "gzip"), "too_large"),
    "announced": (response(b"", Content_Length=5_000_000_000), "too_large"),
    "endless": (body_without_end, "too_large"),
    "huge header": (response(PAGE, X_Big="a" * 300_000), "protocol"),
    "many headers": (response(PAGE, **MANY), "too_large"),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", "empty"),
    "nothing": (response(b""), "empty"),
    "blanks": (response(b" \r\n\0"), "empty"),
    "304 unasked": (b"HTTP/1.1 304 Not Modified\r\n\r\n", "status"),
    "206 unasked": (response(PAGE, status="206 Partial Content"), "status"),
    "500": (response("oops", status="500 Internal Server Error"), "status"),
    "redirect to nowhere": (response(status="302 Found"), "redirects"),
    "redirect to nonsense": (response(status="302 Found", Location="http://["), "redirects"),
    "redirect to itself": (response(status="302 Found", Location="/x"), "redirects"),
}


@pytest.mark.parametrize(("answer", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_are_values(answer, reason):
    limits = ClientLimits(deadline_s=1.2, read_s=0.8, max_raw_bytes=50_000, max_body_bytes=100_000)
    result, site = visit({"/x": answer}, limits=limits, close=("/x",))
    assert isinstance(result, Failed), result
    assert result.reason == reason
    assert result.elapsed_s < 2
    assert site.asked("/x") == 1


def test_what_may_pass():
    def failed(reason, status=None):
        return Failed(url="u", final_url="u", reason=reason, status=status)

    assert all(failed(reason).may_pass for reason in ("deadline", "timeout", "dns", "connect", "tls", "protocol"))
    assert failed("status", 503).may_pass
    assert not failed("status", 206).may_pass
    assert not any(failed(reason).may_pass for reason in ("too_large", "redirects"))


NO = {
    "404": (response("x", status="404 Not Found"), Gone, None),
    "410": (response("x", status="410 Gone"), Gone, None),
    "403": (response("x", status="403 Forbidden"), Refused, "status"),
    "451": (response("x", status="451 Unavailable"), Refused, "status"),
    "429": (response("x", status="429 Too Many Requests"), Refused, "too_many"),
    "challenge 412": (response("<script src=a.js></script>", status="412 Precondition Failed"), Refused, "blocked"),
    "challenge 521": (
        response("<script>document.cookie='__jsl_clearance=1'</script>", status="521 x"),
        Refused,
        "blocked",
    ),
    "captcha 403": (response("<title>安全验证</title>", status="403 Forbidden"), Refused, "blocked"),
    "403 with a cut body": (
        packed(gzip.compress(b"x" * 50)[:-9], "gzip").replace(b"200 OK", b"403 No"),
        Refused,
        "status",
    ),
    "403 with a long body": (response("服务" * 40_000, status="403 Forbidden"), Refused, "status"),
}


@pytest.mark.parametrize(("answer", "kind", "reason"), NO.values(), ids=NO.keys())
def test_noes(answer, kind, reason):
    result, _ = visit({"/x": answer}, limits=ClientLimits(deadline_s=3.0))
    assert isinstance(result, kind)
    assert getattr(result, "reason", None) == reason


def test_retry_after():
    result, _ = visit({"/x": response(status="503 Busy", Retry_After="120")})
    assert isinstance(result, Failed)
    assert (result.status, result.retry_after_s) == (503, 120.0)
    result, _ = visit({"/x": response(status="429 Slow", Retry_After="Fri, 01 Jan 2100 00:00:00 GMT")})
    assert isinstance(result, Refused)
    assert result.retry_after_s is not None
    assert result.retry_after_s > 1e9


def test_conditional_requests():
    answers = {"/x": b'HTTP/1.1 304 Not Modified\r\nETag: "8"\r\n\r\n'}
    result, site = visit(answers, validators=Validators(etag='"7"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT"))
    assert isinstance(result, NotModified)
    assert result.validators == Validators(etag='"8"', last_modified="Mon, 02 Mar 2026 00:00:00 GMT")
    assert 'if-none-match: "7"\r\n' in site.requests[0].lower()
    assert "if-modified-since: mon, 02 mar 2026 00:00:00 gmt\r\n" in site.requests[0].lower()
    assert isinstance(visit(answers, validators=Validators())[0], Failed)


def to(location, status="302 Found"):
    return response(status=status, Location=location)


def test_redirects_are_followed_by_hand():
    answers = {"/x": to("/a", "301 Moved"), "/a": to("b?c", "307 Temporary Redirect"), "/b?c": response(PAGE)}
    result, _ = visit(answers)
    assert isinstance(result, Fetched)
    assert result.final_url == "http://news.test/b?c"
    assert result.redirects == ("http://news.test/a",)


def test_raw_bytes_in_a_location():
    raw = response(status="302 Found").replace(b"\r\n\r\n", b"\r\nLocation: /" + "热线".encode("gbk") + b"\r\n\r\n")
    result, _ = visit({"/x": raw, "/%C8%C8%CF%DF": response(PAGE)})
    assert isinstance(result, Fetched)


def test_redirects_end_somewhere():
    chain = {f"/{n}": to(f"/{n + 1}") for n in range(20)} | {"/20": response(PAGE)}
    assert isinstance(visit(chain, "/12")[0], Fetched)
    result, site = visit(chain, "/0")
    assert isinstance(result, Failed)
    assert result.reason == "redirects"
    assert len(site.requests) == 9


FORBIDDEN = {
    "loopback": ("http://127.0.0.1:{port}/secret", "address"),
    "decimal": ("http://2130706433:{port}/secret", "address"),
    "hex": ("http://0x7f.1:{port}/secret", "address"),
    "octal": ("http://0177.0.0.1:{port}/secret", "address"),
    "v6": ("http://[::1]:{port}/secret", "address"),
    "mapped": ("http://[::ffff:127.0.0.1]:{port}/secret", "address"),
    "zero": ("http://0.0.0.0:{port}/secret", "address"),
    "name": ("http://inside.test:{port}/secret", "address"),
    "name with mixed answers": ("http://mixed.test/secret", "address"),
    "file": ("file:///etc/passwd", "url"),
    "data": ("data:text/html,x", "url"),
    "password": ("http://u:p@news.test/secret", "url"),
    "long": ("/" + "x" * 3000, "url"),
}


@pytest.mark.parametrize(("location", "reason"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_redirects_into_the_house_are_refused(location, reason):
    async def go():
        answers: dict[str, Any] = {"/secret": response("TOP-SECRET")}
        async with serving(Site(answers)) as site, Client(LIMITS, "zhnews/0", resolve=look_up) as client:
            answers["/x"] = to(location.format(port=site.port))
            return await client.fetch(Request(url="http://news.test/x", connect_to=site.endpoint)), site

    result, site = asyncio.run(go())
    assert isinstance(result, Refused), result
    assert result.reason == reason
    assert site.asked("/secret") == 0


def test_robots_of_the_new_place_is_asked_for():
    asked = []

    def no(url):
        asked.append(url)
        return False

    async def yes(url):
        return True

    answers = {"/x": to("/y"), "/y": response(PAGE)}
    result, site = visit(answers, may_redirect_to=no)
    assert isinstance(result, Refused)
    assert (result.reason, asked, site.asked("/y")) == ("robots", ["http://news.test/y"], 0)
    assert isinstance(visit(answers, may_redirect_to=yes)[0], Fetched)


def test_own_headers_stay_with_their_host():
    async def go():
        answers: dict[str, Any] = {"/x": to("http://www.news.test/y"), "/y": response(PAGE)}
        async with serving(Site(answers)) as site, Client(LIMITS, "zhnews/0") as client:
            hosts = frozenset({"news.test", "www.news.test"})
            request = Request(
                url="http://news.test/x", connect_to=site.endpoint, connect_hosts=hosts, headers={"X-Key": "k"}
            )
            return await client.fetch(request), site

    result, site = asyncio.run(go())
    assert isinstance(result, Fetched)
    assert "x-key: k" in site.requests[0].lower()
    assert "x-key" not in site.requests[1].lower()


def test_the_first_address_is_vetted_too():
    async def go(url, **fields):
        async with serving(Site({"/x": response(PAGE)})) as site, Client(LIMITS, "zhnews/0", resolve=look_up) as client:
            return await client.fetch(Request(url=url.format(port=site.port), **fields)), site

    result, site = asyncio.run(go("http://127.0.0.1:{port}/x"))
    assert isinstance(result, Refused)
    assert (result.reason, site.connections) == ("address", 0)
    result, _ = asyncio.run(go("http://127.0.0.1:{port}/x", allow_private=("127.0.0.0/8",)))
    assert isinstance(result, Fetched)
    result, _ = asyncio.run(go("http://inside.test:{port}/x", allow_private=("127.0.0.1/32",)))
    assert isinstance(result, Fetched)


def test_a_connection_of_one_policy_is_not_lent_to_another():
    async def go():
        async with serving(Site({"/x": response(PAGE)})) as site, Client(LIMITS, "zhnews/0") as client:
            url = f"http://127.0.0.1:{site.port}/x"
            first = await client.fetch(Request(url=url, allow_private=("127.0.0.0/8",)))
            second = await client.fetch(Request(url=url))
            return first, second

    first, second = asyncio.run(go())
    assert isinstance(first, Fetched)
    assert isinstance(second, Refused)


def test_a_name_that_changes_its_answer_gains_nothing():
    answers = [["9.9.9.9"], ["127.0.0.1"]]
    asked = []

    async def rebinding(host, port):
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    async def go():
        limits = ClientLimits(ports=())  # so that the public answer is refused before anything is sent
        async with (
            serving(Site({"/x": response("TOP-SECRET")})) as site,
            Client(limits, "zhnews/0", resolve=rebinding) as client,
        ):
            request = Request(url=f"http://evil.test:{site.port}/x")
            return await client.fetch(request), await client.fetch(request), site

    first, second, site = asyncio.run(go())
    assert isinstance(first, Refused)
    assert first.reason == "url"
    assert isinstance(second, Refused)
    assert second.reason == "address"
    assert (len(asked), site.connections) == (2, 0)


BAD_URLS = {
    "ftp": "ftp://news.test/x",
    "no url": "news.test/x",
    "password": "http://a:b@news.test/",
    "long": "http://news.test/" + "x" * 3000,
}


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS.keys())
def test_addresses_that_we_do_not_visit(url):
    result, site = visit({}, url=url)
    assert isinstance(result, Refused)
    assert (result.reason, site.connections) == ("url", 0)


def test_ports():
    async def public(host, port):
        return ["9.9.9.9"]

    async def go():
        async with Client(LIMITS, "zhnews/0", resolve=public) as client:
            return await client.fetch(Request(url="http://news.test:25/x"))

    result = asyncio.run(go())
    assert isinstance(result, Refused)
    assert (result.reason, "port 25" in result.detail) == ("url", True)


def test_names_without_an_address():
    async def no_such_name(host, port):
        import socket  # noqa: PLC0415 - only for its error

        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    async def go(resolve):
        async with Client(LIMITS, "zhnews/0", resolve=resolve) as client:
            return await client.fetch(Request(url="http://none.test/x"))

    result = asyncio.run(go(look_up))
    assert isinstance(result, Failed)
    assert result.reason == "dns"
    result = asyncio.run(go(no_such_name))
    assert isinstance(result, Failed)


def test_nobody_listens():
    async def go():
        async with serving(Site({})) as site:
            endpoint = site.endpoint
        async with Client(LIMITS, "zhnews/0") as client:
            return await client.fetch(Request(url="http://news.test/x", connect_to=endpoint))

    result = asyncio.run(go())
    assert isinstance(result, Failed)
    assert result.reason == "connect"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for news.test that nobody signed but itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    folder = tmp_path_factory.mktemp("tls")
    options = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=news.test"
    names = [
        "-addext",
        "subjectAltName=DNS:news.test",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "cert.pem"),
    ]
    subprocess.run([openssl, "req", *options.split(), *names], check=True, capture_output=True)
    return folder


TLS = {
    "trusted": ("https://news.test/x", True, "strict", None),
    "trusted, legacy": ("https://news.test/x", True, "legacy", None),
    "signed by nobody": ("https://news.test/x", False, "strict", "tls"),
    "signed by nobody, legacy": ("https://news.test/x", False, "legacy", "tls"),
    "for another name": ("https://other.test/x", True, "strict", "tls"),
}


@pytest.mark.parametrize(("url", "trusted", "tls", "reason"), TLS.values(), ids=TLS.keys())
def test_tls_is_verified(certificate, url, trusted, tls, reason):
    async def go():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        ca_file = str(certificate / "cert.pem") if trusted else None
        async with (
            serving(Site({"/x": response(PAGE)}), context) as site,
            Client(LIMITS, "zhnews/0", ca_file=ca_file) as client,
        ):
            return await client.fetch(Request(url=url, connect_to=site.endpoint, tls=tls)), site

    result, site = asyncio.run(go())
    assert getattr(result, "reason", None) == reason
    assert site.asked("/x") == (reason is None)


class OnePiece(httpx.AsyncByteStream):
    async def __aiter__(self):
        yield PAGE.encode()


def test_no_way_back_from_https():
    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.scheme == "https":
            return httpx.Response(302, headers={"Location": "http://news.test/y"})
        return httpx.Response(200, stream=OnePiece())

    async def go(**fields):
        async with Client(LIMITS, "zhnews/0", transport=httpx.MockTransport(handle)) as client:
            return await client.fetch(Request(url="https://news.test/x", **fields))

    result = asyncio.run(go())
    assert isinstance(result, Refused)
    assert result.reason == "url"
    assert isinstance(asyncio.run(go(allow_downgrade=True)), Fetched)


def test_errors_of_another_transport_are_values():
    def broken(request: httpx.Request) -> httpx.Response:
        raise errors.pop()

    async def go():
        async with Client(LIMITS, "zhnews/0", transport=httpx.MockTransport(broken)) as client:
            return [await client.fetch(Request(url="http://news.test/x")) for _ in range(len(errors))]

    errors = [httpx.ConnectError("x"), httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), OSError("x")]
    assert [r.reason for r in asyncio.run(go()) if isinstance(r, Failed)] == [
        "protocol",
        "protocol",
        "timeout",
        "connect",
    ]


def test_robots_txt_may_be_cut():
    result, _ = visit({"/x": response("a" * 40_000)}, cut_at_bytes=1000)
    assert isinstance(result, Fetched)
    assert result.body == b"a" * 1000
    result, _ = visit({"/x": response("a" * 400)}, cut_at_bytes=1000)
    assert isinstance(result, Fetched)
    assert len(result.body) == 400
    result, _ = visit({"/x": packed(gzip.compress(b"a" * 90_000), "gzip")}, cut_at_bytes=1000)
    assert isinstance(result, Fetched)
    assert len(result.body) == 1000


def test_a_kept_connection_is_used_again():
    async def go():
        async with serving(Site({"/x": response(PAGE)})) as site, Client(LIMITS, "zhnews/0") as client:
            for _ in range(3):
                assert isinstance(
                    await client.fetch(Request(url="http://news.test/x", connect_to=site.endpoint)), Fetched
                )
            return site

    assert asyncio.run(go()).connections == 1


def test_a_kept_connection_that_was_closed_costs_one_more_try():
    async def go():
        site = Site({"/x": response(PAGE), "/last": b""}, close=frozenset({"/last"}))
        async with serving(site), Client(LIMITS, "zhnews/0") as client:
            first = await client.fetch(Request(url="http://news.test/x", connect_to=site.endpoint))
            last = await client.fetch(Request(url="http://news.test/last", connect_to=site.endpoint))
            return first, last, site

    first, last, site = asyncio.run(go())
    assert isinstance(first, Fetched)
    assert isinstance(last, Failed)
    assert (site.asked("/last"), site.connections) == (2, 2)


def test_a_cancelled_fetch_leaves_the_client_in_order():
    async def go():
        async with serving(Site({"/slow": hang, "/x": response(PAGE)})) as site, Client(LIMITS, "zhnews/0") as client:
            slow = [
                asyncio.create_task(client.fetch(Request(url="http://news.test/slow", connect_to=site.endpoint)))
                for _ in range(40)
            ]
            await asyncio.sleep(0.2)
            for task in slow:
                task.cancel()
            await asyncio.gather(*slow, return_exceptions=True)
            return await client.fetch(Request(url="http://news.test/x", connect_to=site.endpoint))

    assert isinstance(asyncio.run(go()), Fetched)


def test_the_deadline_is_over_redirects_too():
    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        writer.write(to("/y"))
        await writer.drain()

    limits = ClientLimits(deadline_s=0.6)
    result, _ = visit({"/x": slowly, "/y": slowly}, limits=limits)
    assert isinstance(result, Failed)
    assert result.reason == "deadline"
    assert result.final_url == "http://news.test/y"


def test_a_wrong_request_is_the_callers_fault():
    for fields in ({"connect_to": "localhost"}, {"allow_private": ("intranet",)}):
        with pytest.raises(ValueError, match="is no"):
            visit({}, **fields)
