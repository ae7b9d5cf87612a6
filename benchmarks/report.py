"""How large the report of a large corpus is, how long it takes to write, and how long a browser takes to open it.

    python -m benchmarks.report [--articles 100000] [--json] [--keep FOLDER]

The corpus is made here: seeded, of ordinary length, with removals of many rules, copies and rejections. Writing is given
in CPU seconds and, as machines differ, in times of merely reading the same files back as articles. The page is opened in
a headless Chromium: `open_s` ends with its load event (the script has run) and grows with what else the machine does,
`open_cpu_s` is the CPU time of the page's main thread until then; `search_s` is the first search, which reads
all texts, and `filter_s` a choice in one of the lists. `references` counts what the page would load from elsewhere, as it is
written; `requests` what the browser did ask for besides the page, `faults` what it complained of.
"""

import argparse
import json
import random
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.edits import Change
from pipeline.model import Article, ArticleId, CanonicalUrl, Decision, Flag, Hit, Rejected, Relevance
from pipeline.report.build import write_build_report
from pipeline.store.files import read_jsonl, write_jsonl, write_text_whole
from pipeline.store.records import article_from_json, article_to_json, decision_to_json, rejected_to_json
from tests.report.chromium import Tab, chromium, find_chromium

SEED = 20261122
DAYS, SOURCES, RULES = 400, 120, 150
COPY_SHARE, REJECTED_SHARE = 0.2, 0.15  # of the articles
WORDS = ("客服", "窗口", "维修", "退费", "热线", "老人", "师傅", "排队", "办理", "小周", "周三", "上门", "回访", "登记", "柜台", "车站")  # fmt: skip
NOTICES = (("disclaimer", "本文仅代表作者观点。"), ("promo", "关注我们，每天多知道一点。"), ("byline", "（责任编辑：林一）"), ("nav", "首页 > 民生 > 正文"))  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave corpus and report there")
    options = parser.parse_args()
    with TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        write_corpus(folder, options.articles)
        figures = measure(folder)
    print(json.dumps(figures) if options.json else "\n".join(f"{k:<24}{v:>12,.3f}" for k, v in figures.items()))
    return 0


def write_corpus(folder: Path, count: int) -> None:
    """Write what a build leaves behind, but for the report."""
    chance = random.Random(SEED)
    kept = write_jsonl(folder / "corpus.jsonl", (article_to_json(article(n, chance)) for n in range(count)))
    copies = write_jsonl(folder / "duplicates.jsonl", copies_of(folder, chance))
    refused = [_rejected(n, chance) for n in range(int(count * REJECTED_SHARE))]
    write_jsonl(folder / "rejected.jsonl", map(rejected_to_json, refused))
    write_jsonl(folder / "failed.jsonl", [])
    seen, rejected = kept + copies + len(refused), copies + len(refused)
    tally = {"seen": seen, "kept": kept, "rejected": rejected, "unchanged": 0, "failed": 0, "duplicates": copies}
    write_text_whole(folder / "manifest.json", json.dumps({"tally": tally}))


def article(n: int, chance: random.Random) -> Article:
    """Return an article of about 700 characters, every third with removals."""
    lines = ["".join(chance.choices(WORDS, k=chance.randint(20, 60))) + "。" for _ in range(chance.randint(5, 12))]
    made = Article(
        id=ArticleId(f"{n:016x}"),
        url=CanonicalUrl(f"https://news{n % SOURCES}.example/{n}.html"),
        source=f"晚报{n % SOURCES}",
        title="".join(chance.choices(WORDS, k=6)),
        section="民生",
        published_at=datetime(2025, 10, 1, tzinfo=UTC) + timedelta(days=chance.randrange(DAYS)),
        script="hans",
        relevance=Relevance(topic="service", score=chance.uniform(0, 60), verdict="keep", hits=_hits(chance)),
    ).with_text("\n".join(lines))
    flagged = made.flagged(Flag(name="spun", detail="说明")) if n % 50 == 0 else made
    return flagged if n % 3 else _with_removals(flagged, chance)


def _hits(chance: random.Random) -> tuple[Hit, ...]:
    return tuple(Hit(term=word, weight=2, where="text", start=0, end=2) for word in chance.sample(WORDS, 3))


def _with_removals(made: Article, chance: random.Random) -> Article:
    kind, notice = chance.choice(NOTICES)
    longer = made.with_text(f"{made.text}\n{notice}")
    start = len(longer.text) - len(notice)
    rule = f"{kind}.rule_{int(chance.paretovariate(1)) % RULES}"  # some rules are at work often, most hardly ever
    return longer.changed(
        [Change(start=start, end=start + len(notice), new="", rule=rule, kind=kind, reason="a notice")]
    )


def copies_of(folder: Path, chance: random.Random) -> Iterator[dict[str, object]]:
    """Yield copies that differ in a few words."""
    for n, row in enumerate(read_jsonl(folder / "corpus.jsonl")):
        if chance.random() < COPY_SHARE:
            kept = article_from_json(row)
            text = kept.text.replace(chance.choice(WORDS), chance.choice(WORDS))
            copy = replace(kept, id=ArticleId(f"c{n:015x}"), title=f"转载：{kept.title}").with_text(text)
            scores = {"containment": 0.97, "jaccard": 0.9}
            decision = Decision(id=copy.id, kept=kept.id, relation="near", scores=scores, supersedes=n % 7 == 0)
            yield {**decision_to_json(decision), "article": article_to_json(copy)}


def _rejected(n: int, chance: random.Random) -> Rejected:
    rule = chance.choice(("fetch.gone", "fetch.robots", "extract.article.no_body"))
    return Rejected(id=ArticleId(f"r{n:015x}"), url=None, source=f"晚报{n % SOURCES}", rule=rule, detail="status 410")


def measure(folder: Path) -> dict[str, float]:
    began = time.process_time()
    for _ in map(article_from_json, read_jsonl(folder / "corpus.jsonl")):
        pass
    reading = time.process_time() - began
    began = time.process_time()
    page = write_build_report(folder)
    writing = time.process_time() - began
    figures = {"megabytes": page.stat().st_size / 1e6, "write_cpu_s": writing, "write_in_reads": writing / reading}
    return {**figures, "references": references(page.read_text(encoding="utf-8")), **opened(page)}


def references(html: str) -> int:
    """Return how often the page names something to load: all but links that a reader may follow."""
    style = html.partition("<style>")[2].partition("</style>")[0]
    return len(re.findall(r"<(?!a\s)[a-z]+\s[^>]*?\b(?:src|href|srcset|data|action)=", html)) + len(
        re.findall(r"url\(|@import", style)
    )


def opened(page: Path) -> dict[str, float]:
    """Return the seconds that a browser takes; nothing where there is none."""
    program = find_chromium()
    if program is None:
        return {}
    with TemporaryDirectory() as profile, chromium(program, Path(profile)) as tab:
        tab.ask("Performance.enable", timeDomain="threadTicks")
        tab.open(page.resolve(), width=1440)
        told = {one["name"]: one["value"] for one in tab.ask("Performance.getMetrics")["metrics"]}
        open_s = tab.run("performance.getEntriesByType('navigation')[0].loadEventEnd") / 1000
        return {
            "open_s": open_s,
            "open_cpu_s": told["ThreadTime"],
            "search_s": _entered(tab, "query", "退费"),
            "filter_s": _entered(tab, "source", "晚报7"),
            "faults": len(tab.faults()),
            "requests": len(tab.requests()) - 1,
        }


def _entered(tab: Tab, control: str, value: str) -> float:
    """Return how long the list takes to follow, with its layout."""
    script = f"""(() => {{
      const began = performance.now(), control = document.getElementById('{control}');
      control.value = '{value}';
      control.dispatchEvent(new Event('input'));
      document.body.offsetHeight;
      return performance.now() - began;
    }})()"""
    return float(tab.run(script)) / 1000


if __name__ == "__main__":
    sys.exit(main())
