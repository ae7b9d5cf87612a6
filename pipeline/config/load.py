"""sources.yaml, a topic and the user's rules become values; together they are the Plan.

sources.yaml ─▶ Sources ┐
topic.yaml ───▶ Topic ──┼─▶ Plan
rules.d/*.toml ▶ RuleFile┘
"""

import importlib.resources
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from pipeline.clean.boilerplate import BoilerplateParams
from pipeline.clean.rulebook import RuleFile, load_rulebook
from pipeline.config.strict_yaml import read_yaml
from pipeline.errors import ConfigError, Fault
from pipeline.extract.article import SiteSelectors
from pipeline.fetch.source import Selectors, Sources, find_faults
from pipeline.flow import Plan
from pipeline.model import OutputScript
from pipeline.normalise.normalise import NormaliseParams
from pipeline.topics.topic import Topic

DEFAULT_TOPIC = "service"
RULES_FOLDER = "rules.d"


def load_sources(path: Path, only: Collection[str] | None = None) -> Sources:
    """Return what the file says; `only`: names of the sources that will be read; None: all.

    Raises ConfigError with all faults at once, each with its line.
    """
    return parse_sources(_read(path), str(path), only)


def parse_sources(text: str, path: str, only: Collection[str] | None = None) -> Sources:
    """Return what the text of a sources.yaml says; `path` is what faults call it. Raises ConfigError."""

    def check(sources: Sources) -> tuple[Fault, ...]:
        # A contact is needed only where somebody else's server is asked.
        read = [s if only is None or s.name in only else replace(s, enabled=False) for s in sources.sources]
        return find_faults(replace(sources, sources=tuple(read)))

    return read_yaml(text, Sources, name=path, check=check)


def load_topic(name: str, beside: Path | None = None) -> Topic:
    """Return a topic: one that ships, by name, or a file (relative to the folder `beside`).

    Raises ConfigError when there is no such topic or its file has faults.
    """
    shipped = importlib.resources.files("pipeline.topics") / f"{name}.yaml"
    if "/" not in name and shipped.is_file():
        return read_yaml(shipped.read_text(encoding="utf-8"), Topic, name=f"{name}.yaml")
    path = (beside or Path()) / name
    if not path.is_file():
        known = ", ".join(shipped_topics())
        raise ConfigError(Fault(name, "no such topic", f"Name one that ships ({known}) or a topic file"))
    return read_yaml(_read(path), Topic, name=str(path))


def shipped_topics() -> tuple[str, ...]:
    """Return the names of the topics that ship."""
    folder = importlib.resources.files("pipeline.topics")
    return tuple(sorted(f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")))


def load_rules(folder: Path | None) -> tuple[RuleFile, ...]:
    """Return the user's rule files in order of name, each rule proved on its examples; None: there are none.

    Raises ConfigError with all faults.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise ConfigError(Fault(str(folder), "no such folder", f"Put your rules there as {RULES_FOLDER}/*.toml"))
    files = tuple(RuleFile(name=str(p), text=_read(p)) for p in sorted(folder.glob("*.toml")))
    load_rulebook(files)
    return files


def make_plan(
    *,
    script: OutputScript = "keep",
    topic: str | None = DEFAULT_TOPIC,
    rules: Path | None = None,
    keep_kinds: Iterable[str] = (),
) -> Plan:
    """Return the plan of a run without sources. Raises ConfigError."""
    files = load_rules(rules)
    wanted = frozenset(keep_kinds)
    known = {rule.kind for rule in load_rulebook(files).rules} if wanted else set()
    if wanted - known:
        unknown, there = ", ".join(sorted(wanted - known)), ", ".join(sorted(known))
        raise ConfigError(Fault("--keep", f"no rule removes {unknown}", f"Kinds of rules: {there}"))
    return Plan(
        normalise=NormaliseParams(script=script),
        topic=load_topic(topic) if topic else None,
        rules=files,
        boilerplate=BoilerplateParams(keep_kinds=wanted),
    )


def plan_for(sources: Sources, path: Path, rules: Path | None = None) -> Plan:
    """Return the plan of a crawl of these sources; `path` is the file that they came from. Raises ConfigError.

    Rules in `rules.d/` beside the file are taken when no other folder is named.
    """
    beside = path.parent / RULES_FOLDER
    plan = make_plan(script=sources.script, topic=None, rules=rules or (beside if beside.is_dir() else None))
    return replace(
        plan,
        topic=load_topic(sources.topic, path.parent) if sources.topic else None,
        topics={s.name: load_topic(s.topic, path.parent) for s in sources.sources if s.topic},
        selectors={s.name: _site(s.selectors) for s in sources.sources if s.selectors != Selectors()},
    )


def _site(selectors: Selectors) -> SiteSelectors:
    return SiteSelectors(
        title=selectors.title,
        body=selectors.body,
        author=selectors.author,
        date=selectors.date,
        remove=", ".join(selectors.remove) or None,
    )


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as exc:
        line = path.read_bytes()[: exc.start].count(b"\n") + 1
        raise ConfigError(Fault(f"{path}:{line}", "not UTF-8", "Save the file as UTF-8")) from exc
    except OSError as exc:
        raise ConfigError(
            Fault(str(path), f"cannot be read ({exc.strerror})", "Check the name and its permissions")
        ) from exc
