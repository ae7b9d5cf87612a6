"""Altered texts through the whole flow: what is damaged in another way must come out the same.

    [ZHNEWS_EVAL=…] python -m benchmarks.altered [--list] [--json]

The texts are those of data/sample with its truth and, where ZHNEWS_EVAL is set, $ZHNEWS_EVAL/../seeds with the gold and the
scorer of clean/. Each alteration is made of each text that it applies to, with the same chance each time. A figure is the
worst of the texts: characters of the result that belong there (precision), characters of the article that are there (recall).
"""

import argparse
import importlib.util
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from opencc import OpenCC
from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import ratio

from pipeline.flow import Plan, process
from pipeline.fold import fold_key
from pipeline.model import Article, ArticleId, Document
from pipeline.text import ends_sentence, is_han

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
SEED_TOKEN = "leyu乐鱼官方网站"
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
# Half of them stand in no list.
BRANDS = (
    "kaiyun开云体育官网",
    "华体会hth登录入口",
    "米兰体育app下载",
    "必威betway官方网站",
    "九游会j9官网",
    "lanan蓝岸体育官网",
    "金橡娱乐登录入口",
    "qiuyu秋屿app下载",
    "北岭棋牌官方网站",
    "yueshan越山电竞注册",
)
SIMILAR = 80  # of 100: two lines are copies
WORD_CHARS = 8  # of a line that can be a copy
Score: TypeAlias = Callable[
    [Sequence[str], bool], tuple[float, float]
]  # result, in the other script → precision, recall


@dataclass(frozen=True, slots=True)
class Case:
    """A text as received and the article that it holds."""

    name: str
    raw: str
    paragraphs: tuple[str, ...]
    tokens: tuple[str, ...]  # strings injected into it
    score: Score


Alter: TypeAlias = Callable[[Case, random.Random], str | None]  # None: it does not apply to this text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print each text that is not perfect")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    cases = [*sample_cases(), *(seed_cases(Path(root)) if root else ())]
    if not root:
        print("ZHNEWS_EVAL is not set: the sample only", file=sys.stderr)
    rows = [measure(name, alter, cases, show=options.list) for name, alter in alterations().items()]
    print(json.dumps({row.pop("what"): row for row in rows}) if options.json else table(rows))
    return 0


def measure(name: str, alter: Alter, cases: Sequence[Case], *, show: bool) -> dict[str, object]:
    scores: list[tuple[float, float]] = []
    for case in cases:
        raw = alter(case, random.Random(7))
        if raw is None:
            continue
        done = process(Document(id=ArticleId("altered"), source="altered", text=raw), Plan())
        result = done.paragraphs if isinstance(done, Article) else ()
        scores.append(case.score(result, alter is other_script))
        if show and min(scores[-1]) < 1:
            print(name, case.name, scores[-1], file=sys.stderr)
            print(*(f"   {line}" for line in result if line not in case.paragraphs), sep="\n", file=sys.stderr)
    worst = {"precision": min(p for p, _ in scores), "recall": min(r for _, r in scores)}
    return {"what": name, "texts": len(scores), **worst}


def table(rows: Sequence[Mapping[str, object]]) -> str:
    lines = ["| alteration | texts | precision | recall |", "|---|---:|---:|---:|"]
    lines += [f"| {r['what']} | {r['texts']} | {r['precision']:.4f} | {r['recall']:.4f} |" for r in rows]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------ texts


def sample_cases() -> Iterator[Case]:
    for row in map(json.loads, (SAMPLE / "truth.jsonl").read_text(encoding="utf-8").splitlines()):
        path = SAMPLE / row["place"]
        is_text = row["place"].startswith("texts/") and path.suffix == ".txt" and row.get("encoding") == "utf-8"
        if is_text and "paragraphs" in row:
            yield sample_case(path, tuple(row["paragraphs"]), tuple(row.get("inserted", ())))


def sample_case(path: Path, paragraphs: tuple[str, ...], tokens: tuple[str, ...]) -> Case:
    def score(result: Sequence[str], converted: bool) -> tuple[float, float]:  # noqa: FBT001 - the shape of Case.score
        return characters(result, paragraphs, converted=converted)

    return Case(path.stem, path.read_text(encoding="utf-8-sig"), paragraphs, tokens, score)


def seed_cases(root: Path) -> Iterator[Case]:
    scorer = load_scorer(root / "clean" / "score.py")
    for path in sorted((root / "clean" / "gold").glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        raw = (root.parent / "seeds" / f"{path.stem}.txt").read_text(encoding="utf-8")

        def score(result: Sequence[str], converted: bool, gold: dict[str, Any] = gold) -> tuple[float, float]:  # noqa: FBT001
            wanted = converted_gold(gold) if converted else gold
            found = scorer.score_one("seed", list(result), wanted, OpenCC("t2s") if converted else None)
            return found["cP"], found["cR"]

        tokens = (SEED_TOKEN,) if SEED_TOKEN in raw else ()
        yield Case(path.stem, raw, tuple(gold["body_paragraphs"]), tokens, score)


def converted_gold(gold: dict[str, Any]) -> dict[str, Any]:
    """Return the gold in the other script, by the converter that the text went through: 台 may come back as 臺."""
    return {**gold, "body_paragraphs": [to_other_script(line) for line in gold["body_paragraphs"]]}


def load_scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("clean_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def characters(result: Sequence[str], wanted: Sequence[str], *, converted: bool) -> tuple[float, float]:
    """Return precision and recall of the characters; marks, spaces, width and script do not count."""
    found, gold = ("".join(map(fold_key, lines)) for lines in (result, wanted))
    if converted:
        found, gold = (str(OpenCC("t2s").convert(text)) for text in (found, to_other_script(gold)))
    same = (len(found) + len(gold) - Indel.distance(found, gold)) // 2
    return same / max(1, len(found)), same / max(1, len(gold))


# ------------------------------------------------------------------------------------------------ alterations


def alterations() -> dict[str, Alter]:
    return {
        "as received": lambda case, _: case.raw,
        "other script": other_script,
        "zero width": zero_width,
        "full-width marks": lambda case, _: case.raw.translate(str.maketrans(",:;!?()", "，：；！？（）")),
        "CRLF and indents": lambda case, _: case.raw.replace("\n", "\r\n\u3000\u3000\u00a0"),
        "no blank lines": lambda case, _: "\n".join(filled(case.raw)),
        "copies rotated": copies_rotated,
        **{f"brand {number}": other_brand(brand) for number, brand in enumerate(BRANDS, 1)},
        "one wrong character a line": wrong_characters,
        "navigation on top": lambda case, _: "\n".join((*NAV, case.raw)),
        "ads in the middle": ads_in_the_middle,
        "notice glued": notice_glued,
        "tail below": lambda case, _: "\n".join((case.raw, *TAIL)),
    }


def filled(raw: str) -> list[str]:
    return [line for line in raw.split("\n") if line.strip()]


def other_script(case: Case, _: random.Random) -> str:
    return to_other_script(case.raw)


def to_other_script(text: str) -> str:
    converted = str(OpenCC("t2s").convert(text))
    return converted if converted != text else str(OpenCC("s2t").convert(text))


def zero_width(case: Case, chance: random.Random) -> str:
    return "".join(char + (chance.choice("\u200b\u200c\ufeff") if chance.random() < 0.02 else "") for char in case.raw)


def copies_rotated(case: Case, _: random.Random) -> str | None:
    """Put the first copy last, where the text is nothing but copies of one length."""
    lines = filled(case.raw)
    for copies in (3, 2):
        size = len(lines) // copies
        if len(lines) % copies == 0 and all(is_copy(a, b) for a, b in zip(lines[:size], lines[-size:], strict=True)):
            return "\n".join(lines[size:] + lines[:size])
    return None


def other_brand(brand: str) -> Alter:
    def alter(case: Case, _: random.Random) -> str | None:
        raw = case.raw
        for token in case.tokens:
            raw = raw.replace(token, brand)
        return raw if case.tokens else None

    return alter


def wrong_characters(case: Case, chance: random.Random) -> str | None:
    """Put a wrong character into each line that is a copy of an earlier one."""
    lines = case.raw.split("\n")
    copies = [i for i, line in enumerate(lines) if any(is_copy(line, earlier) for earlier in lines[:i])]
    for i in copies:
        place = chance.choice([place for place, char in enumerate(lines[i]) if is_han(char)])
        lines[i] = lines[i][:place] + chance.choice("茶桥灯雨河") + lines[i][place + 1 :]
    return "\n".join(lines) if copies else None


def is_copy(line: str, earlier: str) -> bool:
    return min(len(line), len(earlier)) >= WORD_CHARS and ratio(line, earlier) >= SIMILAR


def ads_in_the_middle(case: Case, _: random.Random) -> str | None:
    lines = case.raw.split("\n")
    whole = [i for i, line in enumerate(lines) if line.strip() in case.paragraphs]
    if len(whole) <= len(ADS):
        return None
    for number, ad in enumerate(ADS, 1):
        lines.insert(whole[number * len(whole) // (len(ADS) + 1)] + number - 1, ad)
    return "\n".join(lines)


def notice_glued(case: Case, _: random.Random) -> str | None:
    """Put a notice on the last line that has the last paragraph, where that is a sentence."""
    lines = case.raw.split("\n")
    last = max((i for i, line in enumerate(lines) if is_copy(line, case.paragraphs[-1])), default=None)
    if last is None or not ends_sentence(case.paragraphs[-1]):
        return None
    lines[last] += NOTICE
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
