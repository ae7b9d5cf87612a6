"""What comparing costs without cleaning: made-up signatures through the stages of a build that come after `process`.

    python -m benchmarks.build_pairs [--articles 1000000] [--bucket 0] [--folder DIR] [--json]

A fifth of the articles are copies whose signatures differ from an earlier one's in a tenth of the slots. `--bucket N`: so many of
the articles share their first band, as pages of one form do. One process; seconds are CPU, memory is the peak of this process.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from pipeline.dedup.bands import band_keys
from pipeline.dedup.signature import SignatureSpec
from pipeline.run.groups import find_groups
from pipeline.run.inventory import ArticleFiles, preference_order, take_inventory, write_articles
from pipeline.run.partitions import merged_ties, pair_task, pair_tasks
from pipeline.run.stages import FACTS, signed_path, signed_type
from pipeline.store.rowfiles import RowFiles, map_array, save_arrays

AT_ONCE = 10_000  # articles of one task, as of 16 MB of input
SPEC = SignatureSpec()
MIN_EQUAL = 0.25 * SPEC.num_perm


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--bucket", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where to work (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = measured(Path(folder), options.articles, options.bucket)
    print(json.dumps(figures) if options.json else "\n".join(f"{name:<22}{n:>16,.1f}" for name, n in figures.items()))
    return 0


def measured(folder: Path, articles: int, bucket: int) -> dict[str, float]:
    draw = np.random.default_rng(7)
    processed = [
        written(folder / f"{first}.npz", first, min(AT_ONCE, articles - first), bucket, draw)
        for first in range(0, articles, AT_ONCE)
    ]
    figures = {
        "articles": float(articles),
        "process_mb": sum(p.stat().st_size for one in processed for p in (one, signed_path(one))) / 1e6,
    }
    figures["held_before_mb"] = peak_mb()
    begun = time.process_time()
    inventory = take_inventory(processed)
    files = ArticleFiles(folder=folder / "articles")
    with RowFiles([]) as rows:
        order = preference_order(inventory, "first", rows)
    write_articles(inventory, order, processed, SPEC, files)
    figures["articles_mb"] = sum(p.stat().st_size for p in files.folder.iterdir()) / 1e6
    figures["order_s"], begun = time.process_time() - begun, time.process_time()
    tasks = pair_tasks(files, order.size, SPEC.bands, MIN_EQUAL, folder / "pairs")
    ties = merged_ties([pair_task(task) for task in tasks], order.size)
    figures["ties"], figures["ties_s"], begun = float(ties.size), time.process_time() - begun, time.process_time()
    groups = find_groups(ties, map_array(files.articles))
    figures["groups"], figures["groups_s"] = float(len(groups)), time.process_time() - begun
    figures["peak_mb"] = peak_mb()
    return figures


def written(path: Path, first: int, n: int, bucket: int, draw: np.random.Generator) -> Path:
    """Write what `process` leaves of so many articles, without their rows."""
    signatures = draw.integers(0, 2**32, (n, SPEC.num_perm), np.uint32)
    copies = np.flatnonzero(draw.random(n) < 0.2)[1:]
    taken = signatures[(draw.random(copies.size) * copies).astype(np.int64)]
    differs = draw.random(taken.shape) < 0.1
    signatures[copies] = np.where(differs, signatures[copies], taken)
    of_form = np.arange(first, first + n) < bucket
    signatures[of_form, : SPEC.num_perm // 2] = 7  # half of its text is the form's
    facts = np.zeros(n, FACTS)
    facts["has_letters"] = True
    facts["chars"] = 500
    for name in ("id", "content"):
        facts[name]["low"] = np.arange(first, first + n) + 1
    names = np.array([f"{number:016x}".encode() for number in range(first, first + n)])
    save_arrays(path, facts=facts, names=names)
    signed = np.empty(n, signed_type(SPEC))
    signed["signature"], signed["keys"] = signatures, band_keys(signatures, SPEC)
    signed.tofile(signed_path(path))
    return path


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
