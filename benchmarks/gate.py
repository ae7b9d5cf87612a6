"""The gate: measure on the labelled data, print a table, fail where a figure falls below its floor.

    ZHNEWS_EVAL=… python benchmarks/gate.py [--quick] [--only SUITE] [--raise]

Each suite is a script of this folder that prints one flat JSON object with `--json`. `floors.json` says for figures what they
may not fall below ("min") or rise above ("max"); what a suite calls "optional" may be missing where its program is. `--raise`
writes floors that the figures have outgrown; it never lowers one: that is done by hand, in a commit that says why. Without
ZHNEWS_EVAL nothing is measured, and that is said.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FLOORS = HERE / "floors.json"
MARGIN = {"min": -0.002, "max": 0.002}  # what --raise leaves between a figure and its floor, of the figure


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller samples: what CI has time for")
    parser.add_argument("--only", metavar="SUITE", help="one suite")
    parser.add_argument("--raise", dest="raise_floors", action="store_true", help="write floors that were outgrown")
    options = parser.parse_args()
    if not os.environ.get("ZHNEWS_EVAL"):
        print(
            "ZHNEWS_EVAL is not set: it names the folder with the labelled data. Nothing was measured.", file=sys.stderr
        )
        return 0
    suites = json.loads(FLOORS.read_text(encoding="utf-8"))
    wanted = [name for name in suites if options.only in (None, name)]
    broken: list[str] = []
    for name in wanted:
        started = time.perf_counter()
        figures = measure(name, suites[name], quick=options.quick)
        print(f"\n{name} ({time.perf_counter() - started:.0f} s)")
        floors = _measurable(suites[name], figures)
        broken += report(name, figures, floors)
        if options.raise_floors:
            raise_floors(figures, floors)
    if options.raise_floors:
        FLOORS.write_text(json.dumps(suites, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("\n" + ("\n".join(broken) if broken else "all figures hold their floors"))
    return 1 if broken else 0


def _measurable(suite: dict[str, Any], figures: dict[str, float]) -> dict[str, dict[str, float]]:
    """Return the floors; without those that a suite can do without and did not measure: no browser is on this machine."""
    optional = {name for name in suite.get("optional", ()) if name not in figures}
    if optional:
        print(f"  not measured on this machine: {', '.join(sorted(optional))}")
    return {name: said for name, said in suite["floors"].items() if name not in optional}


def measure(name: str, suite: dict[str, Any], *, quick: bool) -> dict[str, float]:
    """Return the figures of a suite; what it prints to stderr is shown."""
    words = suite.get("quick" if quick else "full", [])
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", "--json", *words],
        cwd=HERE.parent,
        stdout=subprocess.PIPE,
        check=False,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"benchmarks.{name} failed with exit code {done.returncode}")
    return flat(json.loads(done.stdout))


def flat(figures: dict[str, Any] | list[dict[str, Any]], before: str = "") -> dict[str, float]:
    """Return nested figures under dotted names; a row of a list is known by what it is about."""
    if isinstance(figures, list):
        return flat({row.get("what") or row["kind"]: row for row in figures}, before)
    found: dict[str, float] = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            found |= flat(value, f"{before}{name}.")
        elif isinstance(value, (int, float)):
            found[before + name] = float(value)
    return found


def report(suite: str, figures: dict[str, float], floors: dict[str, dict[str, float]]) -> list[str]:
    """Print a row a figure; return a sentence for each that breaks its floor."""
    broken: list[str] = []
    for name, value in figures.items():
        said = floors.get(name, {})
        is_broken = value < said.get("min", value) or value > said.get("max", value)
        told = ", ".join(f"{side} {limit:g}" for side, limit in said.items())
        print(f"  {name:<44}{value:>12.4f}  {told}{'   BROKEN' if is_broken else ''}")
        if is_broken:
            broken.append(f"{suite}: {name} is {value:.4f}, its floor says {told}")
    broken += [f"{suite}: {name} has a floor but was not measured" for name in floors if name not in figures]
    return broken


def raise_floors(figures: dict[str, float], floors: dict[str, dict[str, float]]) -> None:
    """Tighten the floors that the figures have outgrown."""
    for name, said in floors.items():
        for side, better in (("min", max), ("max", min)):
            if side in said:
                said[side] = round(better(said[side], figures[name] + MARGIN[side]), 4)


if __name__ == "__main__":
    sys.exit(main())
