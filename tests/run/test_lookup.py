from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from pipeline.errors import ConfigError
from pipeline.fetch.answers import Failed, Fetched, NotModified, Refused, Validators
from pipeline.fetch.source import Source, Sources
from pipeline.model import Page
from pipeline.run.lookup import Unread, look_up
from pipeline.run.world import World

URL = "https://news.check.example/a/c1.html"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOURCES = Sources(sources=(), contact="https://zhnews.example.org/about")


def fetched(url: str, body: bytes, **fields) -> Fetched:
    return Fetched(
        url=url, final_url=fields.pop("final_url", url), status=200, content_type="text/html", body=body, headers={},
        validators=Validators(), elapsed_s=0.0,
    )  # fmt: skip


class Client:
    """Answers with what the test wants; robots.txt allows all."""

    def __init__(self, answer, robots=None):
        self.answer, self.robots, self.agents = answer, robots, []

    async def fetch(self, request):
        if request.url.endswith("/robots.txt"):
            return self.robots or fetched(request.url, b"User-agent: *\nAllow: /\n")
        return self.answer

    def world(self) -> World:
        @asynccontextmanager
        async def open_client(agent):
            self.agents.append(agent)
            yield self

        async def sleep(_seconds):
            """Let no time pass."""

        return World(now=lambda: NOW, sleep=sleep, open_client=open_client)


def test_the_page_stands_under_the_address_where_it_ended():
    client = Client(fetched(URL, b"<p>x</p>", final_url=f"{URL}?utm_source=a"))
    page = look_up(f"{URL}#top", SOURCES, None, client.world())
    assert isinstance(page, Page)
    assert (page.url, page.body, page.fetched_at, page.source) == (URL, b"<p>x</p>", NOW, "check")
    assert "zhnews.example.org" in client.agents[0]


def test_a_source_says_the_encoding_even_when_it_is_not_enabled():
    source = Source(name="s", kind="list", url="https://news.check.example/", encoding="gbk", enabled=False)
    page = look_up(URL, SOURCES, source, Client(fetched(URL, b"<p>x</p>")).world())
    assert isinstance(page, Page)
    assert (page.source, page.content_type) == ("s", "text/html; charset=gbk")


ANSWERS = {
    "failed": (Failed(url=URL, final_url=URL, reason="connect", detail="refused"), "connect (refused)"),
    "refused": (Refused(url=URL, final_url=URL, reason="address"), "address"),
    "unchanged": (NotModified(url=URL, final_url=URL, validators=Validators(), elapsed_s=0.0), "says that we have it"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_why_there_is_no_page(case):
    answer, why = ANSWERS[case]
    found = look_up(URL, SOURCES, None, Client(answer).world())
    assert isinstance(found, Unread)
    assert why in found.why


def test_robots_that_cannot_be_read_are_the_reason():
    robots = Failed(url=URL, final_url=URL, reason="timeout", detail="30 s")
    found = look_up(URL, SOURCES, None, Client(None, robots).world())
    assert isinstance(found, Unread)
    assert found.why.startswith(("robots.txt: ", "the host asks for a pause"))


def test_nobody_is_asked_without_a_contact():
    client = Client(None)
    with pytest.raises(ConfigError, match="contact"):
        look_up(URL, Sources(sources=()), None, client.world())
    assert client.agents == []
