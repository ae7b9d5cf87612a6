"""The clean stage, measured: seeds, boilerplate lines, hard negatives, 20 MB of clean background, speed.

    ZHNEWS_EVAL=… python -m benchmarks.clean [--list] [--texts 2000] [--json]

Reads labelled data from $ZHNEWS_EVAL: clean/ with its scorer and gold, ../seeds, extract/gold, dedup/bench.jsonl.xz.
Boilerplate lines and negatives stand alone behind five body lines (tail) or between them (middle). The rules were written
with the development lines in view, so their figures are in-sample; folds by source show only how even they are. `--list`
prints every line missed, wrongly cut, and every cut in the background. Speeds are of this machine, best of three (CPU time), in MB of
UTF-8 a second; the dirty texts stand there twice, in the frame of a page.
"""

import argparse
import csv
import json
import lzma
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.altered import load_scorer
from pipeline.clean.boilerplate import BoilerplateParams, strip_boilerplate
from pipeline.clean.repeat_kernels import COMPILE_AFTER_CHARS, loops_for
from pipeline.clean.rulebook import load_rulebook
from pipeline.flow import Plan, clean_steps, process
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
FRAME = (
    ("首页 > 资讯 > 正文", "2024-05-06 07:08 来源：街坊晚报"),
    ("责任编辑：周某", "相关阅读：", "菜市场里的修鞋摊", NOTICE),
)
BACKGROUND = ("orig", "court", "template")  # kinds of dedup/bench.jsonl.xz


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print what was missed and what was wrongly cut")
    parser.add_argument("--texts", type=int, default=2000, help="news texts for the speeds")
    parser.add_argument("--background", type=int, default=20_000, help="clean news texts that must lose nothing")
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
        **background_figures(islice(background(Path(root)), args.background), show),
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
    """Return the worst seed's precision and recall; altered seeds are measured by benchmarks.altered."""
    scorer = load_scorer(root / "clean" / "score.py")
    scores = [score_seed(scorer, gold, root.parent / "seeds") for gold in sorted((root / "clean/gold").glob("*.json"))]
    return {
        "seeds_char_precision": min(score["cP"] for score in scores),
        "seeds_char_recall": min(score["cR"] for score in scores),
        "seeds_paragraph_f": min(min(score["fP"], score["fR"]) for score in scores),
    }


def score_seed(scorer: ModuleType, gold_path: Path, seeds: Path) -> dict[str, Any]:
    gold = json.loads(gold_path.read_text(encoding="utf-8"))
    text = (seeds / f"{gold_path.stem}.txt").read_text(encoding="utf-8")
    done = process(Document(id=ArticleId("seed"), source="seed", text=text), Plan())
    score: dict[str, Any] = scorer.score_one(
        gold_path.stem, list(done.paragraphs) if isinstance(done, Article) else [], gold, None
    )
    return score


# ------------------------------------------------------------------------------------------------ lines


def line_figures(folder: Path, show: Callable[[str], None]) -> dict[str, float]:
    rows = read_rows(folder / "boilerplate.tsv")
    gone = {number: goes(row, "tail") for number, row in enumerate(rows)}
    for number, row in enumerate(rows):
        if not gone[number] and row["kind"] not in KEPT_KINDS:
            show(f"missed {row['kind']}: {row['text']}")
    counted = [number for number, row in enumerate(rows) if row["kind"] not in KEPT_KINDS]
    folds = [[gone[n] for n in counted if fold_of(rows[n]["source"]) == fold] for fold in range(FOLDS)]
    cut = sum(gone[n] for n in counted)
    wrong = sum(goes(row, "tail") for row in read_rows(folder / "negatives.tsv"))
    figures = {
        "lines_tail_precision": cut / max(1, cut + wrong),
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


def background_figures(texts: Iterable[tuple[str, str | None]], show: Callable[[str], None]) -> dict[str, float]:
    """Return what clean news lose, by the room that signs; `--list` prints each cut, to be judged by eye."""
    lost: Counter[str] = Counter()
    cuts: Counter[str] = Counter()
    size = changed = 0
    for text, host in texts:
        before = article(text, host)
        after = clean_stage(before)
        size += len(text.encode("utf-8", "replace"))
        changed += before.text != after.text
        for edit in (edit for edit in after.edits if edit.rule != "edits.layout" and edit not in before.edits):
            room = edit.rule if edit.rule.startswith("clean.") else "rules"
            cuts[room] += 1
            lost[room] += len(edit.old) - len(edit.new)
            show(f"background: {edit.rule}: {edit.old!r} {edit.reason}")
    rooms = ("rules", "clean.repeats", "clean.spam", "clean.rejoin")
    figures = {f"background_cuts_{room}": float(cuts[room]) for room in rooms}
    figures |= {f"background_chars_lost_{room}": float(lost[room]) for room in rooms}
    return {"background_mb": size / 1e6, "background_texts_changed": changed, **figures}


def background(root: Path) -> Iterator[tuple[str, str | None]]:
    with lzma.open(root / "dedup" / "bench.jsonl.xz", "rt", encoding="utf-8") as lines:
        yield from ((row["text"], None) for row in map(json.loads, lines) if row["kind"] in BACKGROUND)
    for path in sorted((root / "extract" / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        yield gold["text"], gold.get("site")


def clean_stage(one: Article) -> Article:
    for step in clean_steps(Plan()).values():
        one = step(one)
    return one


def speed_figures(path: Path, texts: int) -> dict[str, float]:
    loops_for(COMPILE_AFTER_CHARS + 1)  # as in any batch, the loops are machine code
    articles = [article(text) for text in read_texts(path, texts)]
    dirty = [article("\n".join((*FRAME[0], one.text, one.text, *FRAME[1]))) for one in articles[: texts // 4]]
    speeds = {f"{name}_mb_s": speed(step, articles) for name, step in clean_steps(Plan()).items()}
    return speeds | {"stage_clean_mb_s": speed(clean_stage, articles), "stage_dirty_mb_s": speed(clean_stage, dirty)}


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
        started = time.process_time()
        for one in articles:
            step(one)
        seconds.append(time.process_time() - started)
    return min(seconds)


def table(figures: Mapping[str, float]) -> str:
    return "\n".join(f"{name:40} {value:10.4f}" for name, value in figures.items())


if __name__ == "__main__":
    raise SystemExit(main())
