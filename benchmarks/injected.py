"""Injected strings, measured: listed brands in single copies, unknown ones mined per host, and what clean news lose.

    ZHNEWS_EVAL=… python -m benchmarks.injected [--texts 600] [--list] [--json]

Strings are made of each stem of rules/brands.tsv with and without its latin spelling and the words of a site, and set into
news texts of dedup/bench.jsonl.xz before a comma, before a full stop, or between two characters. A text counts when it comes
back exactly. Names for mining are made up and stand in no list; a host has 40 articles, of which some hold the string.
Background are the originals of that file and the bodies of extract/gold: there is nothing to cut in them.
The grammar was written with spam.tsv and negatives.tsv in view: figures on those are in-sample; the texts and places are not.
"""

import argparse
import json
import lzma
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.clean import article, read_rows, share
from pipeline.clean.injected import Brand, brands
from pipeline.clean.mined import MinedParams, MinedTable, learn_mined, mined_strings, strip_mined
from pipeline.clean.spam import SpamParams, strip_spam
from pipeline.fold import fold
from pipeline.model import Article, CanonicalUrl
from pipeline.text import is_han

ENDINGS = (
    "官方网站",
    "官网",
    "app下载",
    "登录入口",
    "体育官网",
    "体育app下载",
    "官网登录入口",
    "网页版登录",
    "注册",
    "入口",
)
UNKNOWN = (
    "蓝岸", "慕岚", "奥鑫", "星途", "鼎岳", "盛禾", "凤渚", "金橡", "利鑫", "海珀",
    "环屿", "亿鸿", "卡菲", "bitlan", "zunyu樽屿", "尊榆", "og北岭", "k8凯汀", "优岚88", "宝渡",
)  # fmt: skip
PLACES: dict[str, Callable[[str, int], bool]] = {
    "before a comma": lambda text, at: text[at] == "，",
    "before a full stop": lambda text, at: text[at] == "。",
    "between characters": lambda text, at: is_han(text[at - 1]) and is_han(text[at]),
}
TIMES = 6  # each stem at each kind of place
HOST_ARTICLES = 40
HOST_TIMES = (3, 5, 10, 20)
BACKGROUND_HOST = 250  # articles of clean news that are taken for one host
HOST = "news.example"
BACKGROUND = ("orig", "court", "template")
Show = Callable[[str], None]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=600, help="news texts that strings are set into")
    parser.add_argument("--list", action="store_true", help="print what was missed and what was wrongly cut")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    show: Show = (lambda text: print(text, file=sys.stderr)) if options.list else (lambda _: None)
    clean = list(background(Path(root)))
    figures = {
        **listed_figures(clean[: options.texts], show),
        **mined_figures(clean, show),
        **background_figures(clean, show),
        "negatives_cut": share(is_cut(row["text"], show) for row in read_rows(Path(root) / "clean" / "negatives.tsv")),
    }
    print(json.dumps(figures) if options.json else "\n".join(f"{k:<44}{v:>10.4f}" for k, v in figures.items()))
    return 0


def background(root: Path) -> Iterator[str]:
    with lzma.open(root / "dedup" / "bench.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from (row["text"] for row in map(json.loads, lines) if row["kind"] in BACKGROUND)
    for path in sorted((root / "extract" / "gold").glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))["text"]


def listed_figures(texts: Sequence[str], show: Show) -> dict[str, float]:
    """Return the share of texts that come back exactly, by kind of brand and place."""
    chance = random.Random(1)
    right: dict[tuple[str, str], list[bool]] = {}
    for brand in brands().values():
        kind = "strong" if brand.is_strong else "ambiguous"
        for place, is_there in PLACES.items():
            for _ in range(TIMES):
                text, string = article(chance.choice(texts)).text, made_of(brand, chance)
                at = chance.choice([i for i in range(1, len(text)) if is_there(text, i)] or [len(text)])
                found = strip_spam(article(text[:at] + string + text[at:]), SpamParams())
                right.setdefault((kind, place), []).append(found.text == text)
                if found.text != text:
                    show(f"missed: {text[max(0, at - 6) : at]}|{string}|{text[at : at + 6]} {found.flags}")
    figures = {f"listed {kind} {place}": share(found) for (kind, place), found in sorted(right.items())}
    for kind in ("ambiguous", "strong"):
        figures[f"listed {kind}"] = share(one for (k, _), found in right.items() if k == kind for one in found)
    return {**figures, "listed": share(one for found in right.values() for one in found)}


def made_of(brand: Brand, chance: random.Random) -> str:
    latin = chance.choice(brand.latin) if brand.latin and chance.random() < 0.5 else ""
    name = chance.choice((latin + brand.stem, brand.stem + latin))
    return name + chance.choice(ENDINGS)


def mined_figures(texts: Sequence[str], show: Show) -> dict[str, float]:
    """Return the share of unknown strings found and of articles exact, by articles that hold one; and false strings."""
    chance = random.Random(5)
    figures: dict[str, float] = {}
    for times in HOST_TIMES:
        found: list[bool] = []
        exact: list[bool] = []
        for name in UNKNOWN:
            string = name + chance.choice(ENDINGS[:9])
            pages = [page(text) for text in chance.sample(texts, HOST_ARTICLES)]
            dirty = [set_into(one, string, chance) for one in pages[:times]]
            table = learn_mined([*dirty, *pages[times:]])
            strings = known(table)
            found.append(fold(string) in strings)
            exact += [
                strip_mined(one, table, MinedParams()).text == own.text for one, own in zip(dirty, pages, strict=False)
            ]
            if set(strings) != {fold(string)}:
                show(f"mined for {string}, in {times} articles: {dict(strings)}")
        figures[f"mined strings, in {times} articles"] = share(found)
        figures[f"mined articles exact, in {times}"] = share(exact)
    false = [string for host in hosts(texts) for string in known(learn_mined(host))]
    show(f"mined in clean news: {false}")
    return {**figures, "mined false strings": len(false)}


def hosts(texts: Sequence[str]) -> Iterator[list[Article]]:
    """Yield clean articles as hosts, in two orders: similar ones together, and at random."""
    for order in (sorted(texts), random.Random(3).sample(texts, len(texts))):
        for start in range(0, len(order), BACKGROUND_HOST):
            yield [page(text) for text in order[start : start + BACKGROUND_HOST]]


def page(text: str) -> Article:
    return article(text, HOST)


def known(table: MinedTable) -> Counter[str]:
    return Counter(mined_strings(table, HOST, MinedParams())) if HOST in table.hosts else Counter()


def set_into(one: Article, string: str, chance: random.Random) -> Article:
    place = PLACES[chance.choice(sorted(PLACES))]
    at = chance.choice([i for i in range(1, len(one.text)) if place(one.text, i)] or [len(one.text)])
    assert one.url == CanonicalUrl(f"https://{HOST}/")
    return one.with_text(one.text[:at] + string + one.text[at:])


def background_figures(texts: Sequence[str], show: Show) -> dict[str, float]:
    cut = [is_cut(text, show) for text in texts]
    chars = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return {"background_mb": chars / 1e6, "background_texts": len(cut), "background_cut": sum(cut)}


def is_cut(text: str, show: Show) -> bool:
    before = article(text)
    after = strip_spam(before, SpamParams())
    if after.text != before.text:
        show(f"wrongly cut: {[edit.old for edit in after.edits if edit not in before.edits]}")
    return after.text != before.text


if __name__ == "__main__":
    raise SystemExit(main())
