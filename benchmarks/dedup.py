"""Near-duplicates on labelled texts, $ZHNEWS_EVAL/dedup; speed beside datasketch and rensa in the same run.

usage: python -m benchmarks.dedup [--json] [--half 0|1] [--preset news] [--speed] [--peers DIR]

Originals come before their copies, else by id: keep-first must meet the original first. Thresholds were chosen on half 0
of the groups (md5 of the group's id is even); half 1 is what the figures are reported on.
"""

import argparse
import hashlib
import importlib
import importlib.util
import json
import lzma
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from datasketch import MinHash, MinHashLSH

from pipeline.dedup.decide import DedupParams, find_near_duplicates
from pipeline.dedup.signature import SignatureSpec, signatures
from pipeline.dedup.verify import PRESETS
from pipeline.fold import fold_key
from pipeline.model import Decision, Record

LOOK_ALIKES = ("orig", "court", "template", "quote30")
SPUN = ("spin30", "spin100")
CHANCES = 5  # timings of which the median counts; ours and the peer's take turns


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--half", type=int, choices=(0, 1), help="count one half of the groups only")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="news")
    parser.add_argument("--speed", action="store_true", help="time signatures and the whole pass beside datasketch")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="where rensa is installed: it is timed, too")
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    bench, natural = (rows_of(Path(root) / "dedup" / f"{name}.jsonl.xz") for name in ("bench", "natural"))
    params = DedupParams(verify=PRESETS[options.preset])
    figures = {**labelled(bench, params, options.half), **look_alikes(natural, params)}
    if options.peers:
        sys.path.append(str(options.peers))
    if options.speed:
        figures |= speed([row["text"] for row in bench if row["kind"] not in {"court", "template"}])
    if options.json:
        print(json.dumps(figures))
    else:
        print("\n".join(f"{name:<28}{value:>14,.4f}" for name, value in figures.items()))
    return 0


def rows_of(path: Path) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream]
    return sorted(rows, key=lambda row: (row["id"] != row["group"], row["id"]))


def half_of(group: str) -> int:
    return hashlib.md5(group.encode(), usedforsecurity=False).digest()[-1] % 2


def labelled(rows: Sequence[dict[str, Any]], params: DedupParams, half: int | None) -> dict[str, float]:
    """Return recall by kind of copy, and the share of each kind of look-alike that is wrongly dropped."""
    decisions = find_near_duplicates([Record(id=row["id"], text=row["text"]) for row in rows], params)
    return scored(rows, {decision.id: decision.kept or decision.id for decision in decisions}, half)


def scored(rows: Sequence[dict[str, Any]], kept: Mapping[str, str], half: int | None) -> dict[str, float]:
    """Return the same of anybody's decisions: id → the id of the record that stays for it, itself when it stays."""
    group = {row["id"]: row["group"] for row in rows}
    found, copies, wrong, all_of = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        if half is not None and half_of(row["group"]) != half:
            continue
        kind = row["kind"]
        all_of[kind] += 1
        wrong[kind] += group[kept[row["id"]]] != row["group"]
        if row["group"] != row["id"] and row["group"] in group and row["group"] == row["src_id"]:
            copies[kind] += 1
            found[kind] += kept[row["id"]] == kept[row["group"]]
    spun = sum(found[kind] for kind in SPUN) / max(sum(copies[kind] for kind in SPUN), 1)
    return {
        "recall": found.total() / copies.total(),
        "recall_spun": spun,
        **{f"recall_{kind}": found[kind] / copies[kind] for kind in sorted(copies)},
        **{f"wrong_{kind}": wrong[kind] / all_of[kind] for kind in LOOK_ALIKES},
    }


def look_alikes(rows: Sequence[dict[str, Any]], params: DedupParams) -> dict[str, float]:
    """Return what becomes of real bulletins of other days that read alike, and of real copies of the same day."""
    records = [
        Record(
            id=r["id"], text=r["text"], title=r["title"], published_at=datetime.fromisoformat(f"{r['date']}T00+08:00")
        )
        for r in sorted(rows, key=lambda row: (row["date"], row["id"]))
    ]
    kind, group = {r["id"]: r["kind"] for r in rows}, {r["id"]: r["group"] for r in rows}
    dropped: list[Decision] = [d for d in find_near_duplicates(records, params) if d.kept is not None]
    wrong = sum(group[d.id] != group[d.kept or ""] for d in dropped)
    found = sum(group[d.id] == group[d.kept or ""] for d in dropped)
    all_of = Counter(kind.values())
    return {
        "wrong_different_day": wrong / all_of["different_day"],
        "recall_same_day": found / all_of["same_day"],
    }


def speed(texts: Sequence[str]) -> dict[str, float]:
    """Return documents a second of one core, ours and the peers': signing from raw text, and the whole pass."""
    spec, few = SignatureSpec(), texts[:300]
    records = [Record(id=str(n), text=text) for n, text in enumerate(texts)]
    signatures(texts, spec)
    find_near_duplicates(records)  # compiled now
    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "sign": (len(texts), lambda: signatures(texts, spec)),
        "sign_datasketch": (len(few), lambda: by_datasketch(few)),
        "pass": (len(texts), lambda: find_near_duplicates(records)),
        "pass_datasketch": (len(few), lambda: pass_by_datasketch(few)),
    }
    if importlib.util.find_spec("rensa"):
        ways["sign_rensa"] = len(few), lambda: by_rensa(few)
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(CHANCES):
        for name, (count, work) in ways.items():
            taken[name].append(count / cpu_seconds(work))
    median = {name: statistics.median(rates) for name, rates in taken.items()}
    return {
        **{f"{name}_docs_per_s": rate for name, rate in median.items()},
        "sign_times_datasketch": median["sign"] / median["sign_datasketch"],
        "pass_times_datasketch": median["pass"] / median["pass_datasketch"],
        **({"sign_times_rensa": median["sign"] / median["sign_rensa"]} if "sign_rensa" in median else {}),
    }


def by_datasketch(texts: Sequence[str]) -> list[MinHash]:
    keys = (fold_key(text) for text in texts)
    grams = [[key[at : at + 3].encode() for at in range(len(key) - 2)] for key in keys]
    return list(MinHash.generator(grams, num_perm=128))


def by_rensa(texts: Sequence[str]) -> list[object]:
    rensa = importlib.import_module("rensa")
    made: list[object] = []
    for text in texts:
        key = fold_key(text)
        minhash = rensa.RMinHash(num_perm=128, seed=1)
        minhash.update([key[at : at + 3] for at in range(len(key) - 2)])
        made.append(minhash.digest())
    return made


def pass_by_datasketch(texts: Sequence[str]) -> int:
    index = MinHashLSH(num_perm=128, params=(32, 4))
    dropped = 0
    for number, minhash in enumerate(by_datasketch(texts)):
        dropped += bool(index.query(minhash))
        index.insert(number, minhash)
    return dropped


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    started = clock()
    work()
    return clock() - started


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return what the work costs one core, whatever else the machine does."""
    return seconds(work, time.process_time)


if __name__ == "__main__":
    raise SystemExit(main())
