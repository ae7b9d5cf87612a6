"""The sample is what it says it is: files, links, charsets, texts and truth.jsonl agree."""

import gzip
import html
import json
import re
import tomllib
from collections import Counter
from datetime import datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from pipeline.config.strict_yaml import read_yaml
from pipeline.fetch.robots import may_fetch, parse_robots
from pipeline.fetch.source import Sources, find_faults, hosts_of, starts_of
from pipeline.run.demo import demo_sources, sample_root

ROOT = sample_root()
SITE = ROOT / "site"
TEXTS = ROOT / "texts"
MAX_BYTES = 1_500_000
SAME_SENTENCE = 20  # characters; shorter ones may well be said twice

OUTCOMES = {"kept", "duplicate", "rejected", "never_fetched", "gone", "redirect", "part", "door"}
KEYS = {
    "place", "outcome", "why", "kind", "encoding", "title", "authors", "published_at", "url", "paragraphs", "relevant",
    "damage", "inserted", "copy_of", "duplicate_of", "same_form_as", "part_of", "redirect_to",
}  # fmt: skip
NAMESPACES = ("http://www.sitemaps.org/", "http://www.google.com/schemas/", "http://www.w3.org/", "https://schema.org")
JSON_FEED = "https://jsonfeed.org/"


def read_truth() -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in (ROOT / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({row["place"] for row in rows}) == len(rows)
    return {row["place"]: row for row in rows}


TRUTH = read_truth()
TOLD = {place: row for place, row in TRUTH.items() if row.get("paragraphs")}


def file_of(place: str) -> Path | None:
    """Return where the sample holds what is at this place."""
    if not place.startswith("http://"):
        file = ROOT / place.partition("#")[0]
        return file if file.is_file() else None
    parts = urlsplit(place)
    name = parts.path.lstrip("/")
    tries = (f"{name}index.html", name) if name.endswith("/") or not name else (name, f"{name}.html")
    return next((f for n in tries if (f := SITE / parts.netloc / n).is_file()), None)


def text_of(place: str) -> str:
    """Return the text at the place, in the charset that the truth states; of a JSONL file the text of its record."""
    file = file_of(place)
    assert file is not None
    if "#" in place:
        return str(json.loads(file.read_text(encoding="utf-8").splitlines()[int(place.rpartition("#")[2]) - 1])["text"])
    return file.read_bytes().decode(TRUTH[place]["encoding"])


def key(text: str) -> str:
    """Return letters and digits alone, without tags: what layout and punctuation cannot change."""
    bare = re.sub(r"<(script|style|title)\b.*?</\1>|<[^>]*>", "", text, flags=re.DOTALL)
    return "".join(filter(str.isalnum, html.unescape(html.unescape(bare))))


def links_of(file: Path, base: str) -> set[str]:
    """Return what a feed, sitemap, list or search page links to, as absolute URLs."""
    data = file.read_bytes()
    data = gzip.decompress(data) if file.suffix == ".gz" else data
    text = data.decode(TRUTH[base]["encoding"] if file.suffix != ".gz" else "utf-8")
    if file.suffix == ".json":
        return {item["url"] for item in json.loads(text)["items"]}
    found = re.findall(
        r"<loc>(.*?)</loc>|<link>(.*?)</link>|<link rel=\"alternate\"[^>]* href=\"(.*?)\"|<a [^>]*?href=\"(.*?)\"", text
    )
    return {urljoin(base, html.unescape(link)) for links in found for link in links if link}


@cache
def answers_of(host: str) -> dict[str, dict[str, Any]]:
    table = tomllib.loads((SITE / host / "site.toml").read_text(encoding="utf-8"))
    answers: dict[str, dict[str, Any]] = table.get("answers", {})
    return answers


def is_article(url: str) -> bool:
    return bool(re.search(r"/a/|/content_|/story/|/s/|/post/|/member/|/print/|/old/", url))


def test_sample_is_small_and_names_no_live_site():
    files = [f for f in ROOT.rglob("*") if f.is_file()]
    assert sum(f.stat().st_size for f in files) < MAX_BYTES
    assert all(host.name.endswith((".example", ".test")) for host in SITE.iterdir())
    for file in files:
        found = re.findall(rb"https?://[a-zA-Z0-9.:-]+[^\s\"'<>)]*", file.read_bytes())
        for url in (u.decode("latin-1") for u in found):
            known = url.startswith((*NAMESPACES, JSON_FEED)) or urlsplit(url).netloc.endswith((".example", ".test"))
            assert known, (file, url)


def test_truth_covers_every_file_and_nothing_else():
    told = {file for place in TRUTH if (file := file_of(place)) is not None}
    there = {f for f in (*SITE.rglob("*"), *TEXTS.rglob("*")) if f.is_file() and f.name != "site.toml"}
    assert there == told
    missing = {place for place in TRUTH if file_of(place) is None}
    assert missing == {place for place, row in TRUTH.items() if row["outcome"] in {"gone", "redirect"}}


def test_truth_rows_are_well_formed():
    for place, row in TRUTH.items():
        assert row.keys() <= KEYS, place
        assert row["outcome"] in OUTCOMES
        assert ("duplicate_of" in row) == (row["outcome"] == "duplicate"), place
        assert row["outcome"] in {"kept", "duplicate", "part", "door"} or row["why"], place
        assert row["outcome"] not in {"kept", "duplicate"} or (row["paragraphs"] and "relevant" in row), place
        assert all(p == p.strip() and p and "\n" not in p for p in row.get("paragraphs", ())), place
        if "published_at" in row:
            assert datetime.fromisoformat(row["published_at"]).utcoffset() is not None
        for name in ("copy_of", "part_of", "redirect_to", "duplicate_of"):
            assert name not in row or TRUTH[row[name]]["outcome"] == "kept", place


def test_records_of_jsonl_are_all_told():
    lines = (TEXTS / "10-records.jsonl").read_text(encoding="utf-8").splitlines()
    assert {f"texts/10-records.jsonl#{n}" for n in range(1, len(lines) + 1)} <= TRUTH.keys()
    for n, record in enumerate(map(json.loads, lines), 1):
        row = TRUTH[f"texts/10-records.jsonl#{n}"]
        assert (record["title"], record["published_at"], record["url"]) == (
            row["title"],
            row["published_at"],
            row["url"],
        )


def test_the_sample_has_every_kind_of_outcome_in_good_number():
    counts = Counter(row["outcome"] for row in TRUTH.values())
    assert counts.keys() == OUTCOMES
    assert counts["kept"] >= 40
    assert counts["duplicate"] >= 6
    kept = [row for row in TRUTH.values() if row["outcome"] == "kept"]
    assert min(Counter(row["relevant"] for row in kept).values()) >= 8
    assert {row["encoding"] for row in kept if "encoding" in row} == {"utf-8", "gb18030", "big5hkscs", "utf-16-le"}


@pytest.mark.parametrize("place", TOLD, ids=lambda place: place.rpartition("/")[2])
def test_the_clean_text_is_in_the_dirty_one(place):
    row = TOLD[place]
    dirty = key(text_of(place))
    if place in {r.get("part_of") for r in TRUTH.values()}:
        dirty += "".join(key(text_of(p)) for p, r in TRUTH.items() if r.get("part_of") == place)
    for string in row.get("inserted", ()):
        assert key(string) in dirty
        dirty = dirty.replace(key(string), "")
    for paragraph in row["paragraphs"]:
        assert key(paragraph) in dirty, paragraph
    said = key(text_of(place)) if "#" not in place else key(row["title"])
    for words in (row.get("title", ""), *row.get("authors", ())):
        assert key(words) in said, words


@pytest.mark.parametrize(
    "place", [p for p in TRUTH if p in TOLD or TRUTH[p]["outcome"] == "part"], ids=lambda p: p.rpartition("/")[2]
)
def test_bytes_are_in_the_stated_charset_alone(place):
    if "#" in place:
        return
    file = file_of(place)
    assert file is not None
    data = file.read_bytes()
    stated = TRUTH[place]["encoding"]
    assert data.decode(stated).encode(stated) == data
    if stated in {"gb18030", "big5hkscs"}:
        with pytest.raises(UnicodeDecodeError):
            data.decode("utf-8")


def test_charset_traps_are_there():
    def declared(place: str) -> str:
        file = file_of(place)
        assert file is not None
        found = re.search(rb"charset=\"?([\w-]+)", file.read_bytes()[:2000])
        return found[1].decode() if found else ""

    by_id = {place.rpartition("/")[2]: place for place in TRUTH}
    big5 = by_id["30016.html"]
    assert declared(big5) == ""
    assert declared(by_id["50013.html"]) == "gb2312"
    assert TRUTH[by_id["50013.html"]]["encoding"] == "utf-8"
    rare = text_of(by_id["content_20020.htm"])
    with pytest.raises(UnicodeEncodeError):
        rare.encode("gb2312")
    for place, charset in ((by_id["content_20014.htm"], "utf-8"), (by_id["30018.html"], "iso-8859-1")):
        parts = urlsplit(place)
        assert answers_of(parts.netloc)[parts.path]["content_type"] == f"text/html; charset={charset}"
        assert TRUTH[place]["encoding"] != charset


# What a damage looks like in the dirty text; the others show in the laws about copies and inserted strings.
MARKS = {
    "image placeholders": r"!\[\]\(\)",
    "zero-width characters": "\u200b",
    "soft hyphens": "\u00ad",
    "entities": "&mdash;",
    "no-break spaces": "&nbsp;",
    "platform disclaimer in Chinese and English": r"(?s)萍聚[号號]平[台臺]只提供.*Disclaimer: ",
    "platform disclaimer in traditional characters": "萍聚號平台只提供資訊",
    "platform disclaimer": "萍聚号平台只提供",
    "author promotion": r"全网同名|全網發布",
    "call to follow": "按讚並追蹤",
    "breadcrumb": r"首頁&gt;生活&gt;正文",
    "navigation lines": "标杆走访</a></p>",
    "vote count": r"赞\(<span>0",
    "copyright line": "未经许可请勿转载",
    "advert in the middle": r"（[广廣]告）",
    "related reading": r"相关阅读|延伸閱讀|更多汐南報導",
    "editor line": "责任编辑",
    "share line": "分享让更多人看到",
    "disclaimer": "著作權法",
    "simplified page words on a traditional page": r"点我关闭提示",
    "half-width punctuation": r"[\u4e00-\u9fff],[\u4e00-\u9fff]",
    "wrong one-to-many characters": r"隻[有要]|後麵|齣來",
    "terms of a machine conversion": "多位元",
}


@pytest.mark.parametrize("damage", MARKS)
def test_each_damage_is_shown(damage):
    shown = [place for place, row in TOLD.items() if damage in row.get("damage", ())]
    assert shown
    assert all(re.search(MARKS[damage], text_of(place)) for place in shown)


def test_inserted_strings_are_at_other_places_of_each_copy():
    spoiled = {place: row["inserted"] for place, row in TOLD.items() if "inserted" in row}
    assert len(spoiled) >= 3
    for place, strings in spoiled.items():
        if "text three times" not in TRUTH[place]["damage"]:
            continue
        dirty = key(text_of(place))
        first = key(TRUTH[place]["paragraphs"][0])[:12]
        copies = re.split(f"(?={first})", dirty)[1:]
        assert len(copies) == 3
        places = [tuple(m.start() for m in re.finditer("|".join(map(key, strings)), copy)) for copy in copies]
        assert all(places)
        assert len(set(places)) == 3


def test_the_end_stands_twice_where_the_truth_says_so():
    places = [p for p, r in TOLD.items() if any("other punctuation" in d and "end" in d for d in r.get("damage", ()))]
    assert len(places) == 3
    for place in places:
        assert key(text_of(place)).count(key(TOLD[place]["paragraphs"][-1])) == 2


def test_cut_paragraphs_are_cut():
    places = [p for p, r in TOLD.items() if any(d.startswith("paragraphs cut") for d in r.get("damage", ()))]
    assert len(places) == 3
    for place in places:
        lines = re.sub(r"<[^>]*>", "", text_of(place)).splitlines()
        assert sum(line.endswith((",", "，")) for line in lines) >= 2


def test_every_door_leads_somewhere():
    doors = [place for place, row in TRUTH.items() if row.get("kind") in {"feed", "sitemap", "list", "search"}]
    assert {TRUTH[d]["kind"] for d in doors} == {"feed", "sitemap", "list", "search"}
    linked = set()
    for door in doors:
        file = file_of(door)
        assert file is not None
        links = {url.partition("?")[0] for url in links_of(file, door) if is_article(url)}
        assert links or TRUTH[door]["kind"] == "sitemap", door
        linked |= links
    assert linked <= TRUTH.keys()
    hidden = {p for p, r in TRUTH.items() if p.startswith("http") and is_article(p) and r["outcome"] != "part"} - linked
    assert hidden == set()


def test_answers_agree_with_the_truth():
    for host in SITE.iterdir():
        for path, keys in answers_of(host.name).items():
            row = TRUTH[f"http://{host.name}{path}"]
            wanted = {301: "redirect", 410: "gone"}.get(keys.get("status", 200))
            assert wanted in (None, row["outcome"])
            assert urljoin(row["place"], keys.get("location", path)) == row.get("redirect_to", row["place"])


def test_robots_closes_exactly_what_is_never_fetched():
    closed = set()
    for place, row in TRUTH.items():
        host = urlsplit(place).netloc
        robots = SITE / host / "robots.txt"
        if host and robots.is_file() and not may_fetch(parse_robots(robots.read_bytes()), "zhnews", place):
            closed.add(place)
            assert "robots.txt" in row["why"]
    assert closed == {place for place, row in TRUTH.items() if row["outcome"] == "never_fetched"}
    assert len(closed) == 2


def test_sources_are_valid_and_begin_at_doors():
    sources = read_yaml(demo_sources(ROOT, 4321), Sources, name="sources.yaml")
    assert find_faults(sources) == ()
    assert {s.kind for s in sources.sources} == {"feed", "sitemap", "list", "search", "files"}
    for source in sources.sources:
        assert all(TRUTH[url.partition("?")[0]]["outcome"] == "door" for url in starts_of(source))
        if source.kind != "files":
            assert source.connect_to == "127.0.0.1:4321"
    assert {h for s in sources.sources for h in hosts_of(s)} == {folder.name for folder in SITE.iterdir()}


def sentences(row: dict[str, Any]) -> set[str]:
    found = re.split(r"[。！？!?]", "".join(row["paragraphs"]))
    return {key(sentence) for sentence in found if len(key(sentence)) >= SAME_SENTENCE}


def test_no_sentence_stands_in_two_stories():
    stories: dict[str, set[str]] = {}
    for place, row in TOLD.items():
        stories.setdefault(row.get("copy_of", place), set()).update(sentences(row))
    for (a, of_a), (b, of_b) in combinations(stories.items(), 2):
        assert not of_a & of_b, (a, b)


def grams(place: str) -> set[str]:
    text = key("".join(TOLD[place]["paragraphs"]))
    return {text[n : n + 3] for n in range(len(text) - 2)}


def test_copies_are_copies_and_reports_of_one_form_are_not():
    for place, row in TOLD.items():
        source = row.get("copy_of")
        if source and not any("script" in d for d in row.get("damage", ())):
            shared = len(grams(place) & grams(source)) / min(len(grams(place)), len(grams(source)))
            assert shared > (0.6 if any("spun" in d for d in row.get("damage", ())) else 0.95), place
        for other in row.get("same_form_as", ()):
            assert TRUTH[other]["outcome"] == row["outcome"] == "kept"
            assert place in TRUTH[other]["same_form_as"]
            assert set(re.findall(r"\d+", text_of(place))) != set(re.findall(r"\d+", text_of(other)))


def test_a_png_stands_under_the_name_of_a_page():
    (place,) = (p for p, r in TRUTH.items() if "PNG" in r.get("why", ""))
    file = file_of(place)
    assert file is not None
    assert file.suffix == ".html"
    assert file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
