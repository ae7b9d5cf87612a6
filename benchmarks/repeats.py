"""How well repeats inside an article are undone, and how fast.

    ZHNEWS_EVAL=… python -m benchmarks.repeats [--docs 800] [--untouched 12000] [--list] [--json]

Texts of dedup/bench.jsonl.xz (kind "orig") are spoiled in the ways that news pages are, then repaired. A text counts as
repaired when its key is at least .93 like that of the text before (normalised Indel), as `exact` when it is the same.
Untouched texts must stay as they are; `--list` prints what was cut from them, to be judged by eye.
"""

import argparse
import json
import lzma
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rapidfuzz.distance import Indel

from pipeline.clean.repeat_kernels import PLAIN, Loops, compiled
from pipeline.clean.repeats import RepeatParams, strip_repeats
from pipeline.fold import fold_key
from pipeline.model import Article, ArticleId
from pipeline.text import sentence_spans

REPAIRED = 0.93
MIN_CHARS = 300  # shorter texts have no tail to repeat
SPAM = (
    "leyu乐鱼官方网站",
    "开云kaiyun体育app下载",
    "华体会hth官网登录入口",
    "爱游戏ayx网页版",
    "必威betway官网",
    "博鱼boyu体育平台",
    "贝博ballbet登录",
    "金年会jinnianhui官方网站",
    "kt体育app官网入口",
    "欢乐谷娱乐官网下载",
)
FULL_TO_HALF = str.maketrans("，。！？：；（）“”", ',.!?:;()""')
Spoil = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Row:
    kind: str
    docs: int
    repaired: float
    exact: float
    length_ratio: float  # mean length of the result to that of the text before
    plain_mchars: float  # million characters a second
    compiled_mchars: float


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=int, default=800, help="texts of each spoiled kind")
    parser.add_argument("--untouched", type=int, default=12_000, help="texts that must stay as they are")
    parser.add_argument("--list", action="store_true", help="print what was cut from untouched texts")
    parser.add_argument("--show", help="print the differences that are left in this kind")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args(argv)
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data. Nothing measured.", file=sys.stderr)
        return 2
    originals = list(read_originals(Path(root)))
    long = [text for text in originals if len(fold_key(text)) >= MIN_CHARS][: args.docs]
    strip("热身，一次就够。" * 9, compiled())
    rows = [measure(kind, spoil, long, show=args.show == kind) for kind, spoil in KINDS.items()]
    rows.append(measure_untouched(originals[: args.untouched], show=args.list))
    print(json.dumps([asdict(row) for row in rows]) if args.json else table(rows))
    return 0


def read_originals(root: Path) -> Iterator[str]:
    """Yield the texts, laid out as paragraphs."""
    with lzma.open(root / "dedup" / "bench.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["kind"] == "orig":
                yield article(record["text"]).text


def article(text: str) -> Article:
    return Article(id=ArticleId("bench"), url=None, source="bench").with_text(text)


def strip(text: str, loops: Loops = PLAIN) -> Article:
    return strip_repeats(article(text), RepeatParams(), loops=loops)


def measure(kind: str, spoil: Spoil, texts: Sequence[str], *, show: bool) -> Row:
    chance = random.Random(kind)
    spoiled = [article(spoil(text, chance)) for text in texts]
    results, plain = timed(spoiled, PLAIN)
    fast, quick = timed(spoiled, compiled())
    assert [r.text for r in results] == [f.text for f in fast]
    keys = [(fold_key(text), fold_key(result.text)) for text, result in zip(texts, results, strict=True)]
    alike = [Indel.normalized_similarity(*pair) for pair in keys]
    if show:
        for number, pair in enumerate(keys):
            show_difference(number, *pair)
    return Row(
        kind=kind,
        docs=len(texts),
        repaired=share(value >= REPAIRED for value in alike),
        exact=share(a == b for a, b in keys),
        length_ratio=sum(len(b) for _, b in keys) / max(1, sum(len(a) for a, _ in keys)),
        plain_mchars=plain,
        compiled_mchars=quick,
    )


def measure_untouched(texts: Sequence[str], *, show: bool) -> Row:
    """`repaired` and `exact` are the share of texts that stayed as they were."""
    articles = [article(text) for text in texts]
    results, plain = timed(articles, PLAIN)
    _, quick = timed(articles, compiled())
    cut = [(before, after) for before, after in zip(articles, results, strict=True) if before.text != after.text]
    if show:
        for number, (before, after) in enumerate(cut):
            show_cuts(number, before, after)
    kept = 1 - len(cut) / max(1, len(texts))
    ratio = sum(len(r.text) for r in results) / max(1, sum(len(a.text) for a in articles))
    return Row("untouched", len(texts), kept, kept, ratio, plain, quick)


def timed(articles: Sequence[Article], loops: Loops) -> tuple[list[Article], float]:
    params = RepeatParams()
    start = time.process_time()
    results = [strip_repeats(one, params, loops=loops) for one in articles]
    seconds = time.process_time() - start
    return results, sum(len(one.text) for one in articles) / 1e6 / seconds


def share(values: Iterator[bool]) -> float:
    counted = list(values)
    return sum(counted) / max(1, len(counted))


def show_difference(number: int, wanted: str, got: str) -> None:
    for step in Indel.opcodes(wanted, got):
        if step.tag in {"insert", "replace"}:
            print(f"{number} left {got[step.dest_start : step.dest_end][:80]}")
        if step.tag in {"delete", "replace"}:
            print(f"{number} lost {wanted[step.src_start : step.src_end][:80]}")


def show_cuts(number: int, before: Article, after: Article) -> None:
    earlier = {(edit.start, edit.end) for edit in before.edits}
    print(f"--- {number}: {len(before.text)} → {len(after.text)} characters")
    for edit in after.edits:
        if (edit.start, edit.end) not in earlier and edit.old.strip():
            print(f"  {edit.rule} ({edit.reason}) {len(edit.old)}: {edit.old[:120]!r}")


def table(rows: Sequence[Row]) -> str:
    head = f"{'kind':<18}{'docs':>6}{'repaired':>10}{'exact':>8}{'length':>8}{'plain':>8}{'compiled':>10}  Mchar/s"
    body = (
        f"{r.kind:<18}{r.docs:>6}{r.repaired:>10.4f}{r.exact:>8.3f}{r.length_ratio:>8.3f}"
        f"{r.plain_mchars:>8.1f}{r.compiled_mchars:>10.1f}"
        for r in rows
    )
    return "\n".join((head, *body))


# ------------------------------------------------------------------------------------------------ ways to spoil a text
def triple(text: str, _: random.Random) -> str:
    return f"{text}\n{text}\n{text}"


def triple_spam(text: str, chance: random.Random) -> str:
    token = chance.choice(SPAM)
    return "\n".join(with_spam(text, token, chance) for _ in range(3))


def triple_edits(text: str, chance: random.Random, ratio: float = 0.03) -> str:
    return "\n".join((text, with_edits(text, chance, ratio), with_edits(text, chance, ratio)))


def triple_many_edits(text: str, chance: random.Random) -> str:
    return triple_edits(text, chance, 0.06)


def double_resplit(text: str, chance: random.Random) -> str:
    """Return the text and a copy whose lines begin and end elsewhere."""
    flat = text.replace("\n", "")
    ends = [end for _, end in sentence_spans(flat)]
    cuts = sorted(chance.sample(ends, len(ends) // 3))
    return text + "\n" + "\n".join(flat[a:b] for a, b in zip([0, *cuts], [*cuts, len(flat)], strict=True))


def tail_marks(text: str, chance: random.Random) -> str:
    """Return the text and its second half again, with other marks and blanks."""
    tail = second_half(text).translate(FULL_TO_HALF)
    return text + "\n" + "".join(c + " " if chance.random() < 0.05 else c for c in tail)


def tail_spam(text: str, chance: random.Random) -> str:
    return text + "\n" + with_spam(second_half(text), chance.choice(SPAM), chance)


def paragraph_later(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    long = [line for line in lines if len(fold_key(line)) >= 50] or [max(lines, key=len)]
    return text + "\n" + chance.choice(long)


def lead_again(text: str, _: random.Random) -> str:
    """Return the text with its first long paragraph set before it, as a summary box does."""
    long = next((line for line in text.split("\n") if len(fold_key(line)) >= 50), text)
    return long + "\n" + text


def with_spam(text: str, token: str, chance: random.Random, places: int = 3) -> str:
    """Return the text with the token before some of its marks, where injectors put it."""
    marks = [match.start() for match in re.finditer("[，。；]", text)]
    for place in sorted(chance.sample(marks, min(places, len(marks))), reverse=True):
        text = text[:place] + token + text[place:]
    return text


def with_edits(text: str, chance: random.Random, ratio: float) -> str:
    """Return the text with single characters changed, lost or doubled."""
    han = [c for c in text if "一" <= c <= "鿿"] or ["的"]
    return "".join(edited(c, chance, han) if c != "\n" and chance.random() < ratio else c for c in text)


def edited(char: str, chance: random.Random, han: Sequence[str]) -> str:
    return chance.choice((chance.choice(han), "", char + chance.choice(han)))


def second_half(text: str) -> str:
    lines = text.split("\n")
    if len(lines) > 1:
        return "\n".join(lines[len(lines) // 2 :])
    spans = sentence_spans(text)
    return text[spans[len(spans) // 2][0] :]


KINDS: dict[str, Spoil] = {
    "triple": triple,
    "triple+spam": triple_spam,
    "triple+edits": triple_edits,
    "triple+many edits": triple_many_edits,
    "line-resplit": double_resplit,
    "tail+marks": tail_marks,
    "tail+spam": tail_spam,
    "paragraph later": paragraph_later,
    "lead again": lead_again,
}

if __name__ == "__main__":
    sys.exit(main())
