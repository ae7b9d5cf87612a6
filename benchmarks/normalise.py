"""Normalisation, measured: script cases, healthy Traditional text, script detection, speed beside raw OpenCC.

    ZHNEWS_EVAL=… python benchmarks/normalise.py [--json]

Reads labelled data from $ZHNEWS_EVAL: normalise/cases.tsv with its scorer, extract/gold. Speeds are of this machine, best
of three, in MB of UTF-8 a second, one text after the other; compare them with the OpenCC row of the same run.
"""

import argparse
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from opencc import OpenCC

from pipeline.fold import fold, fold_key
from pipeline.model import Article, ArticleId, OutputScript
from pipeline.normalise.conflicts import count_differences
from pipeline.normalise.hygiene import HygieneParams
from pipeline.normalise.normalise import NormaliseParams, normalise_article, normalise_text
from pipeline.normalise.opencc import convert
from pipeline.normalise.readings import ambiguous_places
from pipeline.normalise.repair import RepairParams, find_damage
from pipeline.normalise.script import detect_script

WINDOW = 20  # characters, for detection
RUNS = 3
SCRIPTS: tuple[OutputScript, ...] = ("keep", "hans", "hant")
SIDES: tuple[OutputScript, ...] = ("hans", "hant")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    as_json = parser.parse_args().json
    root = os.environ.get("ZHNEWS_EVAL")
    if not root or not (Path(root) / "normalise" / "cases.tsv").exists():
        print("ZHNEWS_EVAL is not set, or has no normalise/cases.tsv: nothing measured", file=sys.stderr)
        return 2
    figures = {**case_figures(Path(root)), **text_figures(gold_texts(Path(root)))}
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
    return figures


def text_figures(texts: list[str]) -> dict[str, float]:
    simple = [text for text in texts if detect_script(text) == "hans"]
    traditional = [text for text in texts if detect_script(text) == "hant"]
    return {
        "healthy Traditional pages, ambiguous characters unchanged": unchanged(traditional),
        "healthy Traditional paragraphs, ambiguous characters unchanged": unchanged(paragraphs(traditional)),
        f"detection, windows of {WINDOW} characters": detected(simple, "hans", traditional, "hant"),
        **speeds("Simplified", simple),
        **speeds("Traditional", traditional),
    }


def speeds(name: str, texts: list[str]) -> dict[str, float]:
    steps: dict[str, Callable[[str], Any]] = {
        "OpenCC t2s": OpenCC("t2s").convert,
        "OpenCC s2t": OpenCC("s2t").convert,
        "fold": fold,
        "fold_key": fold_key,
        "detect_script": detect_script,
        "count_differences": count_differences,
    }
    for script in SCRIPTS:
        steps[f"normalise_text {script}"] = partial(normalise_text, params=NormaliseParams(script=script))
    steps["normalise_article keep"] = lambda text: normalise_article(article(text), NormaliseParams())
    whole = ["\n".join(texts) * 20]
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
        start = time.perf_counter()
        for text in texts:
            run(text)
        best = min(best, time.perf_counter() - start)
    return size / best


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
        f"{name:<{width}}  {value:8.1f}" if name.startswith("MB/s") else f"{name:<{width}}  {value:8.2%}"
        for name, value in figures.items()
    )


if __name__ == "__main__":
    sys.exit(main())
