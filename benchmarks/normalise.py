"""Normalisation, measured: script cases, healthy Traditional text, detection, keys, speed beside others, memory.

    ZHNEWS_EVAL=… python benchmarks/normalise.py [--json]

Reads labelled data from $ZHNEWS_EVAL: normalise/cases.tsv with its scorer, extract/gold. Speeds are of this machine, CPU
time, best of three, in MB of UTF-8 a second, one text after the other; compare them with the other converters' rows of the
same run: OpenCC, which we use, and opencc-pyo3 and zhconv-rs where they are installed. Memory is the growth of a fresh process.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from opencc import OpenCC

from pipeline.fold import fold, fold_key, fold_terms
from pipeline.model import Article, ArticleId, OutputScript
from pipeline.normalise.evidence import count_differences
from pipeline.normalise.hygiene import HygieneParams
from pipeline.normalise.normalise import NormaliseParams, normalise_article, normalise_text
from pipeline.normalise.opencc import convert
from pipeline.normalise.readings import ambiguous_places
from pipeline.normalise.repair import RepairParams, find_damage
from pipeline.normalise.script import detect_script

WINDOW = 20  # characters, for detection
RUNS = 3
LONG_TEXTS = 8  # more than `fold` and what it stands on keep, so that nothing is measured that was done before
SCRIPTS: tuple[OutputScript, ...] = ("keep", "hans", "hant")
ARTICLE_SCRIPTS: tuple[OutputScript, ...] = ("keep", "hans")
SIDES: tuple[OutputScript, ...] = ("hans", "hant")
CONFIGS = ("s2t", "s2tw", "s2hk", "s2twp", "s2hkp")
Maker: TypeAlias = Callable[[Any, str], Callable[[str], Any]]
RIVALS: tuple[
    tuple[str, tuple[str, ...], Maker], ...
] = (  # package, to Simplified and to Traditional, how it is called
    ("opencc", ("t2s", "s2t"), lambda module, config: module.OpenCC(config).convert),
    ("opencc_pyo3", ("t2s", "s2t"), lambda module, config: module.OpenCC(config).convert),
    ("zhconv_rs", ("zh-hans", "zh-hant"), lambda module, target: lambda text: module.zhconv(text, target)),
)
# The numpy import and OpenCC's own are not ours.
GROWTH = """
import numpy, opencc, pipeline.fold, pipeline.normalise.normalise as stage
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096 / 1e6
before = resident()
{code}
print(resident() - before)
"""
FIRST_USES = {
    "fold tables": "pipeline.fold.fold('a'); pipeline.fold.fold_key('a')",
    "term table": "pipeline.fold._terms()",
    "keep": "stage.normalise_text('客服熱線', stage.NormaliseParams())",
    "hans": "stage.normalise_text('客服熱線', stage.NormaliseParams(script='hans'))",
    "regional words": "from pipeline.normalise.regional import _words; _words('tw')",
    "words": "from pipeline.normalise.words import cut_words; cut_words('只有')",
    "OpenCC's dictionaries (s2t)": "opencc.OpenCC('s2t').convert('后')",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    as_json = parser.parse_args().json
    root = os.environ.get("ZHNEWS_EVAL")
    if not root or not (Path(root) / "normalise" / "cases.tsv").exists():
        print("ZHNEWS_EVAL is not set, or has no normalise/cases.tsv: nothing measured", file=sys.stderr)
        return 2
    figures = {**case_figures(Path(root)), **text_figures(gold_texts(Path(root))), **memory_figures()}
    print(json.dumps(figures, ensure_ascii=False, indent=1) if as_json else table(figures))
    return 0


def case_figures(root: Path) -> dict[str, float]:
    """Return the share of cases that come out right, as a whole and of each kind."""
    scorer = load_scorer(root / "normalise" / "score.py")
    figures: dict[str, float] = {}
    for side in SIDES:
        params = NormaliseParams(script=side, hygiene=HygieneParams(punctuation="restore"))
        result = scorer.score(partial(normalise_text, params=params), side)
        figures[f"{side}: all {result['N']} cases"] = result["total"] / result["N"]
        figures |= {f"{side}: {kind}": result["ok"].get(kind, 0) / n for kind, n in sorted(result["n"].items())}
    return figures | rival_figures(scorer)


def text_figures(texts: list[str]) -> dict[str, float]:
    simple = [text for text in texts if detect_script(text) == "hans"]
    traditional = [text for text in texts if detect_script(text) == "hant"]
    return {
        "healthy Traditional pages, ambiguous characters unchanged": unchanged(traditional),
        "healthy Traditional paragraphs, ambiguous characters unchanged": unchanged(paragraphs(traditional)),
        "the same by OpenCC t2s, s2t": unchanged_by_opencc(traditional),
        f"detection, windows of {WINDOW} characters": detected(simple, "hans", traditional, "hant"),
        **key_figures(paragraphs(simple)),
        **term_figures(paragraphs(simple)),
        **speeds("Simplified", simple),
        **speeds("Traditional", traditional),
    }


def key_figures(texts: list[str]) -> dict[str, float]:
    """Return the share of Simplified paragraphs whose key is the same after a conversion by OpenCC."""
    figures: dict[str, float] = {}
    for config in CONFIGS:
        converted = list(map(OpenCC(config).convert, texts))
        for name, key in (("fold_key", fold_key), ("fold_terms", term_key)):
            same = sum(key(text) == key(other) for text, other in zip(texts, converted, strict=True))
            figures[f"same {name} after {config}"] = same / len(texts)
    return figures


def term_figures(texts: list[str]) -> dict[str, float]:
    """Return the share of Simplified paragraphs that come back from Taiwan's words as they were, by us and by OpenCC."""
    there, back = (NormaliseParams(script=script, terms="convert") for script in ("tw", "hans"))
    ours = [normalise_text(normalise_text(text, there), back) for text in texts]
    plain = [normalise_text(text, NormaliseParams(script="hans")) for text in texts]
    others = list(map(partial(chained, OpenCC("s2twp").convert, OpenCC("tw2sp").convert), texts))
    return {
        "terms, paragraphs that come back from Taiwan": share_of_same(ours, plain),
        "the same by OpenCC s2twp, tw2sp": share_of_same(others, texts),
    }


def share_of_same(texts: list[str], others: list[str]) -> float:
    return sum(map(str.__eq__, texts, others)) / max(len(texts), 1)


def term_key(text: str) -> str:
    return fold_terms(fold_key(text))


@cache
def converters() -> Mapping[str, tuple[tuple[str, Callable[[str], str]], ...]]:
    """Return package → (configuration, function) to Simplified and to Traditional, of those that are installed here."""
    found: dict[str, tuple[tuple[str, Callable[[str], str]], ...]] = {}
    for package, configs, make in RIVALS:
        try:
            module = import_module(package)
        except ImportError:
            print(f"{package} is not installed: not compared", file=sys.stderr)
            continue
        found[package] = tuple((config, make(module, config)) for config in configs)
    return found


def rival_figures(scorer: ModuleType) -> dict[str, float]:
    """Return how other converters do on the same cases; to Traditional by way of Simplified, which is better for each."""
    figures: dict[str, float] = {}
    for package, ((simple_name, simple), (other_name, other)) in converters().items():
        there_and_back = partial(chained, simple, other)
        for side, name, run in (
            ("hans", simple_name, simple),
            ("hant", f"{simple_name}, {other_name}", there_and_back),
        ):
            result = scorer.score(run, side)
            figures[f"{side}: all cases, {package} {name}"] = result["total"] / result["N"]
    return figures


def chained(first: Callable[[str], str], second: Callable[[str], str], text: str) -> str:
    return second(first(text))


def memory_figures() -> dict[str, float]:
    """Return how many MB a fresh process grows by when each thing is used for the first time."""
    figures: dict[str, float] = {}
    for name, code in FIRST_USES.items():
        run = subprocess.run(
            [sys.executable, "-c", GROWTH.format(code=code)], capture_output=True, text=True, check=True
        )
        figures[f"MB of memory: {name}"] = float(run.stdout)
    return figures


def speeds(name: str, texts: list[str]) -> dict[str, float]:
    steps: dict[str, Callable[[str], Any]] = {
        **{f"{package} {config}": run for package, pair in converters().items() for config, run in pair},
        "convert t2s": partial(convert, config="t2s"),
        "fold": fold,
        "fold_key": fold_key,
        "fold_key and fold_terms": term_key,
        "detect_script": detect_script,
        "count_differences": count_differences,
    }
    for script in SCRIPTS:
        steps[f"normalise_text {script}"] = partial(normalise_text, params=NormaliseParams(script=script))
    steps["normalise_text tw, terms"] = partial(normalise_text, params=NormaliseParams(script="tw", terms="convert"))
    for script in ARTICLE_SCRIPTS:
        steps[f"normalise_article {script}"] = partial(normalised_article, params=NormaliseParams(script=script))
    whole = ["\n".join([*texts[n:], *texts[:n]]) * 3 for n in range(LONG_TEXTS)]
    figures = {f"MB/s {name}: {step}": megabytes_a_second(run, texts) for step, run in steps.items()}
    figures |= {
        f"MB/s {name}, one long text: {step}": megabytes_a_second(steps[step], whole)
        for step in ("fold", "fold_key", "detect_script", "normalise_text keep", "normalise_text hans")
    }
    return figures


def unchanged(texts: Iterable[str]) -> float:
    seen = changed = 0
    for text in texts:
        seen += len(ambiguous_places(convert(text, "t2s")))
        changed += len(find_damage(text, RepairParams(), "hant").characters)
    return 1 - changed / max(seen, 1)


def unchanged_by_opencc(texts: Iterable[str]) -> float:
    """Return the share that survives the way there and back; other forms of a region or a taste count as the same."""
    seen = changed = 0
    for text in texts:
        seen += len(ambiguous_places(convert(text, "t2s")))
        changed += count_differences(text)
    return 1 - changed / max(seen, 1)


def detected(simple: list[str], one: str, traditional: list[str], other: str) -> float:
    right = seen = 0
    for texts, script in ((simple, one), (traditional, other)):
        for text in texts:
            flat = "".join(text.split())
            windows = [flat[i : i + WINDOW] for i in range(0, len(flat) - WINDOW, WINDOW)]
            found = [detect_script(window) for window in windows]
            seen += sum(label != "none" for label in found)
            right += sum(label == script for label in found)
    return right / max(seen, 1)


def megabytes_a_second(run: Callable[[str], Any], texts: list[str]) -> float:
    size = sum(len(text.encode()) for text in texts) / 1e6
    best = float("inf")
    for _ in range(RUNS):
        start = time.process_time()
        for text in texts:
            run(text)
        best = min(best, time.process_time() - start)
    return size / best


def normalised_article(text: str, params: NormaliseParams) -> Article:
    return normalise_article(article(text), params)


def article(text: str) -> Article:
    return Article(id=ArticleId("bench"), url=None, source="bench").with_text(text)


def paragraphs(texts: list[str]) -> list[str]:
    return [line for text in texts for line in text.split("\n") if line.strip()]


def gold_texts(root: Path) -> list[str]:
    files = sorted((root / "extract" / "gold").glob("*.json"))
    return [json.loads(file.read_text(encoding="utf-8"))["text"] for file in files]


def load_scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("normalise_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(figures: dict[str, float]) -> str:
    width = max(map(len, figures))
    return "\n".join(
        f"{name:<{width}}  {value:8.1f}" if name.startswith("MB") else f"{name:<{width}}  {value:8.2%}"
        for name, value in figures.items()
    )


if __name__ == "__main__":
    sys.exit(main())
