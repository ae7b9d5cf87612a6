"""Golden pages: HTML that we wrote after the structure of real pages, and what must come out of it.

    tests/golden/<name>/page.html        bytes, in the encoding that the page is about
    tests/golden/<name>/expected.json    the article, or the rule that rejects the page

usage: python -m tests.golden            show what differs
       python -m tests.golden --accept   write what comes out now as what must come out; review the diff
"""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.extract.article import ExtractParams, extract_article
from pipeline.model import Article, ArticleId, CanonicalUrl, Page, Rejected

FOLDER = Path(__file__).parent / "golden"
FETCHED_AT = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
URL = CanonicalUrl("https://news.example.com/a/20261120/100234.html")


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/page.html"))


def outcome(name: str, params: ExtractParams | None = None) -> Article | Rejected:
    body = (FOLDER / name / "page.html").read_bytes()
    page = Page(id=ArticleId(name), url=URL, source="golden", body=body, fetched_at=FETCHED_AT)
    return extract_article(page, params or ExtractParams())


def as_json(result: Article | Rejected) -> dict[str, Any]:
    if isinstance(result, Rejected):
        return {"rule": result.rule}
    return {
        "title": result.title,
        "authors": list(result.authors),
        "outlet": result.outlet,
        "published_at": result.published_at.isoformat() if result.published_at else None,
        "canonical": result.canonical,
        "section": result.section,
        "tags": list(result.tags),
        "encoding": result.encoding,
        "paragraphs": list(result.paragraphs),
    }


def expected(name: str) -> dict[str, Any]:
    value = json.loads((FOLDER / name / "expected.json").read_text("utf-8"))
    assert isinstance(value, dict)
    return value


def accept(name: str) -> None:
    text = json.dumps(as_json(outcome(name)), ensure_ascii=False, indent=1)
    (FOLDER / name / "expected.json").write_text(text + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    differing = 0
    for name in names():
        if "--accept" in arguments:
            accept(name)
        elif as_json(outcome(name)) != expected(name):
            differing += 1
            sys.stdout.write(f"{name}: differs\n{json.dumps(as_json(outcome(name)), ensure_ascii=False, indent=1)}\n")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
