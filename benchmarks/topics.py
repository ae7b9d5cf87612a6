"""How well the topic that ships tells relevant articles: $ZHNEWS_EVAL/relevance/labels.jsonl, label 1 and 2 are relevant.

    ZHNEWS_EVAL=… python -m benchmarks.topics [--json] [--worst N]

The words of the topic were written from the guideline and from reading the titles of this development half.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from pipeline.config.load import load_topic
from pipeline.topics.score import score_text

APART = ("page", "seed")  # paraphrases of pages and the seeds: counted on their own


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--worst", type=int, default=0, help="also list the N worst of each kind of error")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in (Path(root) / "relevance" / "labels.jsonl").open(encoding="utf-8")]
    figures = measure(rows)
    print(json.dumps(figures) if options.json else "\n".join(f"{k:<26}{v:>8.3f}" for k, v in figures.items()))
    for row in sorted(rows, key=lambda r: r["score"])[: options.worst]:
        print(f"{row['score']:6.1f} {row['label']} {row['title'][:50]}")
    return 0


def measure(rows: list[dict[str, Any]]) -> dict[str, float]:
    topic = load_topic("service")
    started = time.process_time()
    for row in rows:
        row["score"] = score_text(row["text"], title=row["title"], topic=topic).score
    seconds = time.process_time() - started
    real = sorted((r for r in rows if r["origin"].split(":")[0] not in APART), key=lambda r: -r["score"])
    apart = [r for r in rows if r["origin"].split(":")[0] in APART and r["label"]]
    relevant = [r for r in rows if r["label"]]
    return {
        "average_precision": average_precision([bool(r["label"]) for r in real]),
        "best_f1": max(f1(real, r["score"]) for r in real),
        "f1_at_keep": f1(real, topic.keep_score),
        "kept_or_reviewed": sum(r["score"] >= topic.review_score for r in relevant) / len(relevant),
        "paraphrases_kept_or_reviewed": sum(r["score"] >= topic.review_score for r in apart) / len(apart),
        "mb_s": sum(len(r["text"].encode()) for r in rows) / seconds / 1e6,
    }


def average_precision(labels: list[bool]) -> float:
    """Return the mean of the precision at each relevant place of a ranking."""
    hits = [sum(labels[: n + 1]) / (n + 1) for n, label in enumerate(labels) if label]
    return sum(hits) / len(hits)


def f1(rows: list[dict[str, Any]], threshold: float) -> float:
    found = sum(r["score"] >= threshold for r in rows)
    right = sum(r["score"] >= threshold and bool(r["label"]) for r in rows)
    return float(2 * right / (found + sum(bool(r["label"]) for r in rows)))


if __name__ == "__main__":
    sys.exit(main())
