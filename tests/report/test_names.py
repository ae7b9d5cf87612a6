"""What remarks, reasons, kinds, scripts and stages are called: each that the program can come to say has a name."""

import ast
import importlib
import pkgutil
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

import pipeline
from pipeline.clean.rulebook import load_rulebook
from pipeline.extract.nopage import Reason
from pipeline.fetch.answers import FailedReason, RefusedReason
from pipeline.fetch.verdict import Kind
from pipeline.model import Script
from pipeline.quality.select import presets
from pipeline.report.kinds import family_of, kind_name
from pipeline.report.names import flag_name, reason_name, script_name, stage_name
from pipeline.run.stopwatch import OTHER

NAMED = {
    "a flag": (flag_name("incomplete"), "缺页 incomplete"),
    "a flag of the user": (flag_name("mine"), "mine"),
    "a reason": (reason_name("fetch.gone"), "已撤下 fetch.gone"),
    "a reason of many": (reason_name("fetch.status_451"), "被拒绝 fetch.status_451"),
    "a list of the user": (reason_name("quality.wordlists.mine"), "名单 quality.wordlists.mine"),
    "a reason that has no name": (reason_name("mine"), "mine"),
    "a script": (script_name("hant"), "繁體 hant"),
    "no script": (script_name(""), ""),
    "a kind": (kind_name("nav"), "导航 nav"),
    "a kind of the user": (kind_name("mine"), "mine"),
    "the family of that": (family_of("mine"), "notice"),
    "a stage": (stage_name("near-duplicates"), "判重 near-duplicates"),
    "a stage that has no name": (stage_name("mine"), "mine"),
}


@pytest.mark.parametrize(("name", "wanted"), NAMED.values(), ids=NAMED)
def test_names(name, wanted):
    assert name == wanted


HERE = Path(pipeline.__path__[0]).parent
CALLED = ("Flag", "Change", "_change", "Rejected", "_rejected", "Visit", "stage", "_run", "_log")


@cache
def calls() -> dict[str, list[tuple[str, ast.Call]]]:
    """Return calls in the program by the name that is called, each with its module; what draws says nothing of its own."""
    found: dict[str, list[tuple[str, ast.Call]]] = defaultdict(list)
    for name in modules():
        text = (HERE / f"{name.replace('.', '/')}.py").read_text(encoding="utf-8")
        nodes = ast.walk(ast.parse(text)) if any(f"{called}(" in text for called in CALLED) else ()
        for node in nodes:
            if isinstance(node, ast.Call):
                found[getattr(node.func, "attr", getattr(node.func, "id", ""))].append((name, node))
    return found


def modules() -> list[str]:
    names = (one.name for one in pkgutil.walk_packages(pipeline.__path__, "pipeline.") if not one.ispkg)
    return [name for name in names if not name.startswith(("pipeline.report.", "pipeline.cli."))]


def said(called: str, keyword: str = "", *, place: int = 0, room: str = "") -> set[str]:
    """Return the values, as far as they are written down, that calls of a function give for a keyword or at a place.

    A name is looked up in its module: a constant has a value, what a function is given has none.
    """
    found = set()
    for module, call in calls()[called]:
        given = [k.value for k in call.keywords if k.arg == keyword] if keyword else call.args[place:][:1]
        found |= {value_in(module, one) for one in given if module.startswith(f"pipeline.{room}")}
    return {value for value in found if isinstance(value, str)}


def value_in(module: str, node: ast.expr) -> object:
    if isinstance(node, ast.Name):
        value = getattr(importlib.import_module(module), node.id, None)
        return value if isinstance(value, str) else None
    return node.value if isinstance(node, ast.Constant) else None


def flags() -> set[str]:
    remarks = {rule.kind for rule in load_rulebook().rules if not rule.cuts}
    return said("Flag", "name") | remarks | {"shadow"}


def kinds() -> set[str]:
    """Return the kinds of rules, of changes, and those that two steps name last."""
    named_last = [said("_change", place=-1, room=f"normalise.{step}") for step in ("characters", "spacing")]
    return {rule.kind for rule in load_rulebook().rules} | said("Change", "kind").union(*named_last)


def reasons() -> set[str]:
    extracted = {*get_args(Reason)} | said("_rejected", place=1, room="extract")
    answers = {*get_args(RefusedReason), *get_args(FailedReason), *get_args(Kind)} - {"page"}
    return (
        {f"extract.article.{reason}" for reason in extracted}
        | {f"fetch.{reason}" for reason in answers}
        | {f"quality.{name}" for name in (*presets(), "select")}
        | said("Rejected", "rule")
        | said("Visit", "rule")
        | rules()
    )


def rules() -> set[str]:
    """Return the constants that are called a rule and sign no edits: those of crawls and files."""
    rooms = [name for name in modules() if name.startswith(("pipeline.run.", "pipeline.store."))]
    values = [pair for name in rooms for pair in vars(importlib.import_module(name)).items()]
    return {value for key, value in values if key.endswith("_RULE") and "." in value}


def test_what_is_looked_for_is_found():
    assert {"spun", "opt_out", "shadow", "supersedes", "service_number"} <= flags()
    assert {"private", "repeat", "template", "radical", "pinyin", "disclaimer", "script_damage"} <= kinds()
    assert {"flow.nothing_left", "files.unreadable", "fetch.opt_out", "extract.article.too_deep"} <= reasons()


@pytest.mark.parametrize(
    ("name_of", "emitted"),
    [
        (flag_name, flags),
        (kind_name, kinds),
        (reason_name, reasons),
        (script_name, lambda: {*get_args(Script), "unknown"}),
    ],
    ids=["flags", "kinds", "reasons", "scripts"],
)
def test_all_that_the_program_says_has_a_name(name_of, emitted):
    assert {one for one in emitted() if name_of(one) == one} == set()


def test_each_stage_of_a_run_has_a_name():
    stages = said("stage", room="run") | said("_run", room="run.build") | said("_log", room="run.build") | {OTHER}
    assert {"network", "near-duplicates", "verify"} <= stages
    assert {one for one in stages if stage_name(one) == one} == set()
