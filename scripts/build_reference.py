"""Write what can be generated of docs/reference: keys of sources.yaml, commands, cleaning rules, quality signals.

`scripts/build_reference.py` writes; `scripts/build_reference.py --check` fails when a page is stale (a test does this).
"""

import argparse
import ast
import inspect
import sys
from dataclasses import MISSING, Field, fields
from importlib import import_module
from pathlib import Path
from typing import Any

from pipeline.clean.rulebook import load_rulebook
from pipeline.cli.main import VERBS, parser_of
from pipeline.fetch import source as source_module
from pipeline.fetch.source import Selectors, Source, Sources
from pipeline.quality.select import presets
from pipeline.quality.signals import described

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"


def main(words: list[str]) -> int:
    pages = {
        "sources.md": sources_page(),
        "commands.md": commands_page(),
        "rules.md": rules_page(),
        "signals.md": signals_page(),
    }
    stale = [
        name for name, text in pages.items() if not (FOLDER / name).exists() or (FOLDER / name).read_text() != text
    ]
    if "--check" in words:
        print("\n".join(f"{name} is stale: run scripts/build_reference.py" for name in stale))
        return 1 if stale else 0
    for name in stale:
        (FOLDER / name).write_text(pages[name])
    return 0


def sources_page() -> str:
    parts = [
        "# sources.yaml",
        "",
        "What `zhnews crawl` reads. `zhnews check` tells all faults at once, each with its line.",
        "",
    ]
    for shape, title in ((Sources, "The file"), (Source, "A source"), (Selectors, "Selectors of a source")):
        parts += [f"## {title}", "", "| key | default | meaning |", "|---|---|---|"]
        said = _comments(shape)
        parts += [f"| `{f.name}` | {_default(f)} | {said.get(f.name, '')} |" for f in fields(shape)]
        parts.append("")
    return "\n".join(parts)


def _comments(shape: type) -> dict[str, str]:
    """Return the comment behind each field in the source of the class."""
    lines = inspect.getsource(source_module).splitlines()
    tree = ast.parse("\n".join(lines))
    (body,) = (node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == shape.__name__)
    found: dict[str, str] = {}
    for node in body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.end_lineno:
            _, _, comment = lines[node.end_lineno - 1].partition("  # ")
            found[node.target.id] = comment.replace("|", "\\|")
    return found


def _default(f: Field[Any]) -> str:
    if f.default is MISSING and f.default_factory is MISSING:
        return "required"
    value = f.default_factory() if f.default_factory is not MISSING else f.default
    shown = {None: "–", True: "`true`", False: "`false`"}.get(value) if isinstance(value, (bool, type(None))) else None
    return shown or ("–" if value in ((), "") or isinstance(value, Selectors) else f"`{value}`")


def commands_page() -> str:
    parts = [
        "# Commands",
        "",
        "Data goes to stdout, all else to stderr. Exit codes: 0 all well, 1 some items failed, 2 nothing done,",
    ]
    parts += ["75 another run holds the lock, 130 interrupted.", ""]
    for verb in VERBS:
        parser = parser_of(verb, import_module(f"pipeline.cli.{verb}"), width=100)
        parts += [f"## zhnews {verb}", "", "```", parser.format_help().rstrip(), "```", ""]
        for name, below in _actions_of(parser).items():
            parts += [f"### zhnews {verb} {name}", "", "```", _help_of(below), "```", ""]
    return "\n".join(parts)


def _actions_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers below one, by name; `argparse` has no public way to them."""
    return {
        name: below
        for action in parser._actions  # noqa: SLF001 - see above
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001
        for name, below in action.choices.items()
    }


def _help_of(parser: argparse.ArgumentParser) -> str:
    parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=100)
    return parser.format_help().rstrip()


def rules_page() -> str:
    rules = sorted(load_rulebook().rules, key=lambda rule: rule.id)
    parts = [
        "# Cleaning rules",
        "",
        "`zhnews explain RULE` prints one with its examples. They match folded text: script, width and case",
    ]
    parts += [
        f"do not matter. {len(rules)} rules.",
        "",
        "| rule | kind | strength | action | example |",
        "|---|---|---|---|---|",
    ]
    for rule in rules:
        example = rule.examples[0].replace("|", "\\|") if rule.examples else ""
        parts.append(f"| `{rule.id}` | {rule.kind} | {rule.strength} | {rule.action} | {example} |")
    return "\n".join([*parts, ""])


def signals_page() -> str:
    parts = [
        "# Quality signals",
        "",
        "What `--select` can ask for, and what `--select` and `--signals` note in each record: as `signals` in JSON, as columns",
        "`quality_chars`, `quality_han_share` … in Parquet and CSV. They are of the text after cleaning; shares are of its characters",
        "without blanks, unless the unit says otherwise, and told to six decimals.",
        "",
        "| signal | meaning | unit | range | source |",
        "|---|---|---|---|---|",
    ]
    parts += [
        f"| `{name}` | {said.meaning} | {said.unit} | {said.extent or '–'} | {said.source} |"
        for name, said in described().items()
    ]
    parts += [
        "",
        "## Presets",
        "",
        "The last column is what the clause alone loses of clean news (benchmarks/quality.py, held-out half).",
    ]
    for preset in presets().values():
        parts += ["", f"### {preset.name}", "", f"{preset.about[0].upper()}{preset.about[1:]}."]
        if preset.clauses:
            parts += ["", "| kept if | why | after | lost |", "|---|---|---|---|"]
        parts += [f"| `{one.keep}` | {one.why} | {one.source or '–'} | {one.lost} |" for one in preset.clauses]
    return "\n".join([*parts, ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
