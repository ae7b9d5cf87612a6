"""Other tools and their usual settings beside ours, on the labelled texts of $ZHNEWS_EVAL/dedup.

usage: python -m benchmarks.dedup_peers [--peers DIR] [--half 0|1] [--only NAME ...] [--json]

  pip install --target DIR rensa gaoya

datasketch, rensa and gaoya run themselves. Of text-dedup, datatrove and data-juicer the settings are re-created on
datasketch: how they cut Chinese into shingles, slots, bands, and clusters by chains. Their speed is then datasketch's and
is not told. Each runs in a process of its own; memory is what it takes beyond the texts.
"""

import argparse
import importlib
import json
import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from datasketch import MinHash, MinHashLSH

from benchmarks.dedup import LOOK_ALIKES, rows_of, scored
from pipeline.dedup.decide import find_near_duplicates
from pipeline.model import Record

Kept = dict[int, int]  # place → the place of what stays for it
Shingles = Callable[[str], Iterable[bytes]]
_NO_WORD, _NUMBER = re.compile(r"\W"), re.compile(r"\d+")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=Path, metavar="DIR", help="where rensa and gaoya are installed")
    parser.add_argument("--half", type=int, choices=(0, 1), default=1, help="which half of the groups to count")
    parser.add_argument("--only", nargs="*", choices=list(TOOLS), default=list(TOOLS))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)  # the process of one tool
    options = parser.parse_args()
    root = os.environ.get("ZHNEWS_EVAL")
    if not root:
        print("ZHNEWS_EVAL is not set: it names the folder with the labelled data", file=sys.stderr)
        return 2
    if options.measure:
        print(json.dumps(measured(Path(root), options.only[0], options.half, options.peers)))
        return 0
    rows = [row for name in options.only if (row := in_own_process(name, options)) is not None]
    print(json.dumps({row["name"]: row for row in rows}) if options.json else table(rows))
    return 0


def in_own_process(name: str, options: argparse.Namespace) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "benchmarks.dedup_peers", "--measure", "--only", name, "--half", str(options.half)]
    command += ["--peers", str(options.peers)] if options.peers else []
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        print(f"{name}: skipped, see above", file=sys.stderr)
        return None
    row: dict[str, Any] = json.loads(done.stdout)
    print(table([row]).splitlines()[-1], file=sys.stderr)  # the next takes minutes
    return row


def measured(root: Path, name: str, half: int, peers: Path | None) -> dict[str, Any]:
    if peers is not None:
        sys.path.append(str(peers))
    rows = rows_of(root / "dedup" / "bench.jsonl.xz")
    texts = [row["text"] for row in rows]
    tool, is_itself = TOOLS[name]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if name == "zhnews":
        tool(texts)  # compiled now
    started = time.process_time()
    kept = tool(texts)
    seconds = time.process_time() - started
    ids = [row["id"] for row in rows]
    figures = scored(rows, {ids[place]: ids[kept.get(place, place)] for place in range(len(ids))}, half)
    return {
        "name": name,
        **{
            key: figures[key]
            for key in ("recall", "recall_spun", "recall_edit20", *(f"wrong_{k}" for k in LOOK_ALIKES))
        },
        "docs_per_s": len(texts) / seconds if is_itself else None,
        "memory_mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 if is_itself else None,
    }


def by_zhnews(texts: Sequence[str]) -> Kept:
    decisions = find_near_duplicates([Record(id=str(place), text=text) for place, text in enumerate(texts)])
    return {int(one.id): int(one.kept) for one in decisions if one.kept is not None}


def characters(text: str, size: int = 5) -> list[bytes]:
    return [text[at : at + size].encode("utf-8", "replace") for at in range(max(len(text) - size + 1, 1))]


def words(text: str) -> list[bytes]:
    """What text-dedup makes of Chinese: between two punctuation marks lies a "word"."""
    parts = [part for part in _NO_WORD.split(text.lower()) if part]
    return [" ".join(parts[at : at + 5]).encode() for at in range(max(len(parts) - 4, 1))]


def words_without_numbers(text: str) -> list[bytes]:
    """The same as datatrove does it: every number is a 0."""
    return words(_NUMBER.sub("0", text))


def by_datasketch(
    shingles: Shingles, slots: int, bands: tuple[int, int], threshold: float
) -> Callable[[Sequence[str]], Kept]:
    """Return keep-first: a text is dropped for the first kept one that a band and the estimated Jaccard give."""

    def run(texts: Sequence[str]) -> Kept:
        lsh = MinHashLSH(num_perm=slots, params=bands)
        signed: dict[int, MinHash] = {}
        kept: Kept = {}
        for place, minhash in enumerate(MinHash.generator((list(shingles(text)) for text in texts), num_perm=slots)):
            same = [other for other in sorted(lsh.query(minhash)) if minhash.jaccard(signed[other]) >= threshold]
            if same:
                kept[place] = same[0]
            else:
                signed[place] = minhash
                lsh.insert(place, minhash)
        return kept

    return run


def by_chains(shingles: Shingles, slots: int, bands: tuple[int, int]) -> Callable[[Sequence[str]], Kept]:
    """Return connected components of texts that share a band; the first of each stays."""

    def run(texts: Sequence[str]) -> Kept:
        above: Kept = {}

        def top(place: int) -> int:
            while place in above:
                place = above[place]
            return place

        buckets: dict[tuple[int, bytes], int] = {}
        count, rows = bands
        for place, minhash in enumerate(MinHash.generator((list(shingles(text)) for text in texts), num_perm=slots)):
            for band in range(count):
                key = band, minhash.hashvalues[band * rows : (band + 1) * rows].tobytes()
                first, mine = top(buckets.setdefault(key, place)), top(place)
                if first != mine:
                    above[max(first, mine)] = min(first, mine)
        return {place: top(place) for place in above}

    return run


def by_rensa(texts: Sequence[str]) -> Kept:
    rensa = importlib.import_module("rensa")
    lsh = rensa.RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    signed: list[Any] = []
    kept: Kept = {}
    for place, text in enumerate(texts):
        minhash = rensa.RMinHash(num_perm=128, seed=1)
        minhash.update([text[at : at + 5] for at in range(max(len(text) - 4, 1))])
        signed.append(minhash)
        same = [other for other in sorted(lsh.query(minhash)) if minhash.jaccard(signed[other]) >= 0.7]
        if same:
            kept[place] = same[0]
        else:
            lsh.insert(place, minhash)
    return kept


def by_gaoya(texts: Sequence[str]) -> Kept:
    index = importlib.import_module("gaoya.minhash").MinHashStringIndex(
        hash_size=32,
        jaccard_threshold=0.7,
        num_bands=16,
        band_size=8,
        analyzer="char",
        lowercase=True,
        ngram_range=(5, 5),
    )
    kept: Kept = {}
    for place, text in enumerate(texts):
        same = sorted(index.query(text))
        if same:
            kept[place] = same[0]
        else:
            index.insert_document(place, text)
    return kept


# What runs, and whether its speed and memory are its own.
TOOLS: dict[str, tuple[Callable[[Sequence[str]], Kept], bool]] = {
    "zhnews": (by_zhnews, True),
    "datasketch, 5 characters, .5": (by_datasketch(characters, 128, (32, 4), 0.5), True),
    "datasketch, 5 characters, .7": (by_datasketch(characters, 128, (16, 8), 0.7), True),
    "rensa, 5 characters, .7": (by_rensa, True),
    "gaoya, 5 characters, .7": (by_gaoya, True),
    "text-dedup settings": (by_chains(words, 250, (25, 10)), False),
    "datatrove settings": (by_chains(words_without_numbers, 112, (14, 8)), False),
    "data-juicer settings": (by_chains(lambda text: characters(text.lower()), 256, (25, 10)), False),
}


def table(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| tool | recall | spun | 20 % edits | news dropped | rulings | forms | quotes | docs/s | MB |",
        "|---|" + "---:|" * 9,
    ]
    for row in rows:
        wrong = (row[f"wrong_{kind}"] for kind in LOOK_ALIKES)
        own = "—" if row["docs_per_s"] is None else f"{row['docs_per_s']:,.0f}"
        memory = "—" if row["memory_mb"] is None else f"{row['memory_mb']:,.0f}"
        lines.append(
            f"| {row['name']} | {row['recall']:.3f} | {row['recall_spun']:.3f} | {row['recall_edit20']:.3f} | "
            + " | ".join(f"{share:.2%}" for share in wrong)
            + f" | {own} | {memory} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
