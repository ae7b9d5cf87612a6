"""The clean stage, measured: seeds and altered seeds, boilerplate lines, hard negatives, clean background, speed.

    ZHNEWS_EVAL=… python -m benchmarks.clean [--list] [--texts 2000] [--json]

Reads labelled data from $ZHNEWS_EVAL: clean/ with its scorer and gold, ../seeds, extract/gold, dedup/bench.jsonl.xz.
Boilerplate lines and negatives stand alone behind five body lines (tail) or between them (middle). The rules were written
with the development lines in view, so their figures are in-sample; folds by source show only how even they are. `--list`
prints every line missed, wrongly cut, and every cut in the background. Speeds are of this machine, best of three, in MB of
UTF-8 a second; the dirty texts stand there twice, in the frame of a page.
"""

import argparse
import csv
import importlib.util
import json
import lzma
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from opencc import OpenCC

from pipeline.clean.boilerplate import BoilerplateParams, strip_boilerplate
from pipeline.clean.rejoin import RejoinParams, rejoin_paragraphs
from pipeline.clean.repeat_kernels import compiled
from pipeline.clean.repeats import RepeatParams, strip_repeats
from pipeline.clean.rulebook import load_rulebook
from pipeline.clean.spam import SpamParams, strip_spam
from pipeline.clean.spun import SpunParams, flag_spun
from pipeline.flow import Plan, process_document
from pipeline.model import Article, ArticleId, CanonicalUrl, Document

BODY = (
    "区里上周在文化馆办了一场讲座，请来三位退休的老教师，讲他们年轻时怎样骑着车去乡下送书。",
    "来听的人比椅子多，后排的年轻人站了两个小时，散场以后还围着老师问当年的路是怎么走的。",
    "馆长说，他们打算把这些故事录下来，配上老照片，放在一楼的大厅里，让路过的人随时能听见。",
    "录音的工作由两位志愿者负责，她们每个星期六下午来，一个提问，一个管机器，已经做了半年。",
    "到今年年底，录下来的故事会有四十多个，其中最长的一个讲了三个晚上，讲的人今年九十一岁。",
)
KEPT_KINDS = {"caption"}  # captions stay; they are counted apart
FOLDS = 5
RUNS = 3
NOTICE = "特别声明：本文由某号作者自行上传并发表，本平台仅提供资讯存储服务。"
NAV = ("首页 > 资讯 > 正文", "字号：大 中 小", "2024-05-06 07:08 来源：街坊晚报")
TAIL = (
    "责任编辑：周某",
    "分享到：微信 微博",
    "相关阅读：",
    "菜市场里的修鞋摊",
    "上一篇：河边的早餐店",
    "© 2024 街坊网 版权所有",
)
ADS = ("（广告）请继续往下阅读", "打开街坊新闻APP阅读全文")
Alter = Callable[[str, Sequence[str]], str]  # raw text and gold paragraphs → altered raw text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print what was missed and what was wrongly cut")
    parser.add_argument("--texts", type=int, default=2000, help="news texts for the speeds")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    args = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root or not (Path(root) / "clean" / "boilerplate.tsv").exists():
        print("ZHNEWS_EVAL is not set, or has no clean/boilerplate.tsv: nothing measured", file=sys.stderr)
        return 2
    show: Callable[[str], None] = (lambda text: print(text, file=sys.stderr)) if args.list else (lambda _: None)
    figures = {
        **seed_figures(Path(root)),
        **line_figures(Path(root) / "clean", show),
        **background_figures(Path(root) / "extract" / "gold", show),
        **speed_figures(Path(root) / "dedup" / "bench.jsonl.xz", args.texts),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1) if args.json else table(figures))
    return 0


def article(text: str, host: str | None = None) -> Article:
    url = CanonicalUrl(f"https://{host}/") if host else None
    return Article(id=ArticleId("bench"), url=url, source="bench").with_text(text)


def strip(text: str, host: str | None = None) -> Article:
    return strip_boilerplate(article(text, host), BoilerplateParams(), load_rulebook())


# ------------------------------------------------------------------------------------------------ seeds


def seed_figures(root: Path) -> dict[str, float]:
    """Return the worst seed's character precision and recall, for the seeds and for each alteration of them."""
    scorer = load_scorer(root / "clean" / "score.py")
    figures: dict[str, float] = {}
    for name, alter in ALTERATIONS.items():
        scores = [
            score_seed(scorer, gold, root.parent / "seeds", alter)
            for gold in sorted((root / "clean/gold").glob("*.json"))
        ]
        figures[f"{name}_char_precision"] = min(score["cP"] for score in scores)
        figures[f"{name}_char_recall"] = min(score["cR"] for score in scores)
        figures[f"{name}_paragraph_f"] = min(min(score["fP"], score["fR"]) for score in scores)
    return figures


def load_scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("clean_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score_seed(scorer: ModuleType, gold_path: Path, seeds: Path, alter: Alter) -> dict[str, Any]:
    gold = json.loads(gold_path.read_text(encoding="utf-8"))
    raw = (seeds / f"{gold_path.stem}.txt").read_text(encoding="utf-8")
    text = alter(raw, gold["body_paragraphs"])
    done = process_document(Document(id=ArticleId("seed"), source="seed", text=text), Plan())
    paragraphs = list(done.paragraphs) if isinstance(done, Article) else []
    score: dict[str, Any] = scorer.score_one(
        gold_path.stem, paragraphs, gold, OpenCC("t2s") if alter is other_script else None
    )
    return score


def unchanged(raw: str, _: Sequence[str]) -> str:
    return raw


def other_script(raw: str, _: Sequence[str]) -> str:
    converted = str(OpenCC("t2s").convert(raw))
    return converted if converted != raw else str(OpenCC("s2t").convert(raw))


def full_width(raw: str, _: Sequence[str]) -> str:
    return raw.translate(str.maketrans(",:;!?()", "，：；！？（）"))


def zero_width(raw: str, _: Sequence[str]) -> str:
    chance = random.Random(2)
    return "".join(char + ("\u200b" if chance.random() < 0.02 else "") for char in raw)


def indented(raw: str, _: Sequence[str]) -> str:
    return raw.replace("\n", "\r\n\u3000\u3000")


def without_blank_lines(raw: str, _: Sequence[str]) -> str:
    return "\n".join(line for line in raw.split("\n") if line.strip())


def notice_glued(raw: str, gold: Sequence[str]) -> str:
    """Put a notice on the line of the last paragraph, where the text has it in one piece."""
    lines = raw.split("\n")
    last = max((i for i, line in enumerate(lines) if line.strip() == gold[-1]), default=None)
    if last is None:
        return raw
    lines[last] += NOTICE
    return "\n".join(lines)


def navigation_above(raw: str, _: Sequence[str]) -> str:
    return "\n".join((*NAV, raw))


def tail_below(raw: str, _: Sequence[str]) -> str:
    return "\n".join((raw, *TAIL))


def ads_in_the_middle(raw: str, gold: Sequence[str]) -> str:
    lines = raw.split("\n")
    whole = {i for i, line in enumerate(lines) if line.strip() in gold}
    middle = sorted(whole)[len(whole) // 3 :: max(1, len(whole) // 3)][: len(ADS)]
    for place, ad in zip(reversed(middle), ADS, strict=False):
        lines.insert(place, ad)
    return "\n".join(lines)


ALTERATIONS: Mapping[str, Alter] = {
    "seeds": unchanged,
    "seeds_other_script": other_script,
    "seeds_full_width": full_width,
    "seeds_zero_width": zero_width,
    "seeds_indented": indented,
    "seeds_no_blank_lines": without_blank_lines,
    "seeds_notice_glued": notice_glued,
    "seeds_navigation_above": navigation_above,
    "seeds_tail_below": tail_below,
    "seeds_ads_in_the_middle": ads_in_the_middle,
}


# ------------------------------------------------------------------------------------------------ lines


def line_figures(folder: Path, show: Callable[[str], None]) -> dict[str, float]:
    rows = read_rows(folder / "boilerplate.tsv")
    gone = {number: goes(row, "tail") for number, row in enumerate(rows)}
    for number, row in enumerate(rows):
        if not gone[number] and row["kind"] not in KEPT_KINDS:
            show(f"missed {row['kind']}: {row['text']}")
    counted = [number for number, row in enumerate(rows) if row["kind"] not in KEPT_KINDS]
    folds = [[gone[n] for n in counted if fold_of(rows[n]["source"]) == fold] for fold in range(FOLDS)]
    figures = {
        "lines_tail_recall": share(gone[n] for n in counted),
        "lines_tail_recall_worst_fold": min(share(fold) for fold in folds if fold),
        "lines_middle_recall": share(goes(rows[n], "middle") for n in counted),
    }
    for kind in sorted({row["kind"] for row in rows}):
        figures[f"lines_tail_recall_{kind}"] = share(gone[n] for n, row in enumerate(rows) if row["kind"] == kind)
    return figures | negative_figures(read_rows(folder / "negatives.tsv"), show)


def negative_figures(rows: Sequence[Mapping[str, str]], show: Callable[[str], None]) -> dict[str, float]:
    found = {}
    for zone in ("tail", "middle"):
        wrong = [row["text"] for row in rows if goes(row, zone)]
        for text in wrong:
            show(f"wrongly cut in the {zone}: {text}")
        found[f"negatives_cut_{zone}"] = len(wrong) / len(rows)
    return found


def goes(row: Mapping[str, str], zone: str) -> bool:
    """Return whether nothing of the line is left."""
    at = len(BODY) if zone == "tail" else len(BODY) // 2
    host = row["source"].rpartition(":")[2]
    found = strip("\n".join((*BODY[:at], row["text"], *BODY[at:])), host if "." in host else None)
    return found.paragraphs == BODY


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def fold_of(source: str) -> int:
    return sum(source.encode()) % FOLDS


def share(values: Iterable[bool]) -> float:
    counts = Counter(values)
    return counts[True] / max(1, counts.total())


# ------------------------------------------------------------------------------------------------ background, speed


def background_figures(folder: Path, show: Callable[[str], None]) -> dict[str, float]:
    """Return the share of characters that gold bodies of other pages lose: they hold nothing that should go."""
    chars = lost = 0
    for path in sorted(folder.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        before = article(gold["text"], gold.get("site"))
        after = strip_boilerplate(before, BoilerplateParams(), load_rulebook())
        chars += len(before.text)
        lost += len(before.text) - len(after.text)
        for edit in after.edits:
            if edit not in before.edits:
                show(f"background {path.stem}: {edit.rule}: {edit.old}")
    return {"background_chars": chars, "background_lost_ratio": lost / max(1, chars)}


def speed_figures(path: Path, texts: int) -> dict[str, float]:
    articles = [article(text) for text in read_texts(path, texts)]
    book = load_rulebook()
    dirty = [article("\n".join((*NAV, one.text, one.text, *TAIL, NOTICE))) for one in articles[: texts // 4]]
    steps: dict[str, Callable[[Article], Article]] = {
        "boilerplate": lambda one: strip_boilerplate(one, BoilerplateParams(), book),
        "rejoin": lambda one: rejoin_paragraphs(one, RejoinParams()),
        "repeats": lambda one: strip_repeats(one, RepeatParams(), loops=compiled()),
        "spam": lambda one: strip_spam(one, SpamParams()),
        "spun": lambda one: flag_spun(one, SpunParams()),
    }

    def stage(one: Article) -> Article:
        for name in ("boilerplate", "repeats", "spam", "rejoin", "spun"):
            one = steps[name](one)
        return one

    speeds = {f"{name}_mb_s": speed(step, articles) for name, step in steps.items()}
    return speeds | {"stage_clean_mb_s": speed(stage, articles), "stage_dirty_mb_s": speed(stage, dirty)}


def speed(step: Callable[[Article], Article], articles: Sequence[Article]) -> float:
    return sum(len(one.text.encode()) for one in articles) / 1e6 / best_seconds(step, articles)


def read_texts(path: Path, most: int) -> Iterator[str]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["kind"] == "orig" and most > 0:
                most -= 1
                yield record["text"]


def best_seconds(step: Callable[[Article], Article], articles: Sequence[Article]) -> float:
    step(articles[0])
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        for one in articles:
            step(one)
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def table(figures: Mapping[str, float]) -> str:
    return "\n".join(f"{name:40} {value:10.4f}" for name, value in figures.items())


if __name__ == "__main__":
    raise SystemExit(main())
