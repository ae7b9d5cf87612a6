"""sources.yaml, a topic and the user's rules become values; together they are the Plan.

sources.yaml ─▶ Sources ┐
topic.yaml ───▶ Topic ──┼─▶ Plan
rules.d/*.toml ▶ RuleFile┤
words ────────▶ keywords ┘
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.clean.boilerplate import BoilerplateParams
from pipeline.clean.rulebook import RuleFile, load_rulebook
from pipeline.config.textfile import read_text_file
from pipeline.errors import ConfigError, Fault
from pipeline.flow import Plan
from pipeline.model import OutputScript
from pipeline.normalise.normalise import NormaliseParams
from pipeline.normalise.regional import Terms, has_region
from pipeline.topics.keywords import KeywordParams
from pipeline.topics.topic import DEFAULT_TOPIC, Topic

if TYPE_CHECKING:  # what only a crawl or a topic needs is loaded where it is used: `clean` of one text starts sooner
    from pipeline.extract.params import SiteSelectors
    from pipeline.fetch.source import Selectors, Sources
    from pipeline.quality.params import QualityParams

RULES_FOLDER = "rules.d"
NO_KEYWORDS = KeywordParams()


_NO_SOURCES = "Name it with --sources, or write one to start from: zhnews init"


def load_sources(path: Path, only: Collection[str] | None = None) -> "Sources":
    """Return what the file says; `only`: names of the sources that will be read; None: all.

    Raises ConfigError with all faults at once, each with its line.
    """
    return parse_sources(read_text_file(path, _NO_SOURCES), str(path), only)


def parse_sources(text: str, path: str, only: Collection[str] | None = None) -> "Sources":
    """Return what the text of a sources.yaml says; `path` is what faults call it. Raises ConfigError."""
    from pipeline.config.strict_yaml import read_yaml  # noqa: PLC0415 - see above
    from pipeline.fetch.source import Sources, find_faults  # noqa: PLC0415

    def check(sources: Sources) -> tuple[Fault, ...]:
        # A contact is needed only where somebody else's server is asked.
        read = [s if only is None or s.name in only else replace(s, enabled=False) for s in sources.sources]
        return (*find_faults(replace(sources, sources=tuple(read))), *_quality_faults(sources))

    return read_yaml(text, Sources, name=path, check=check)


def quality_for(sources: "Sources", path: Path) -> "Mapping[str, QualityParams]":
    """Return what exports of each source select and mask, by name; `path` is the file that they came from.

    Raises ConfigError when a list of words cannot be read.
    """
    if not (_ask_for_quality(sources) or sources.block or sources.allow):
        return {}
    from pipeline.config.quality import quality_by_source  # noqa: PLC0415 - for those who ask

    return quality_by_source(sources, path)


def _ask_for_quality(sources: "Sources") -> bool:
    return bool(sources.select or sources.mask or any(one.select or one.mask for one in sources.sources))


def _quality_faults(sources: "Sources") -> Iterable[Fault]:
    if not _ask_for_quality(sources):
        return ()
    from pipeline.config.quality import find_quality_faults  # noqa: PLC0415 - for those who ask

    return find_quality_faults(sources)


def load_rules(folder: Path | None) -> tuple[RuleFile, ...]:
    """Return the user's rule files in order of name, each rule proved on its examples; None: there are none.

    Raises ConfigError with all faults.
    """
    if folder is None:
        return ()
    if not folder.is_dir():
        raise ConfigError(Fault(str(folder), "no such folder", f"Put your rules there as {RULES_FOLDER}/*.toml"))
    files = tuple(RuleFile(name=str(p), text=read_text_file(p)) for p in sorted(folder.glob("*.toml")))
    load_rulebook(files)
    return files


def load_keywords(count: int, dictionary: Path | None) -> KeywordParams:
    """Return how many keywords an article gets, with the user's words: a line each, in jieba's form.

    Raises ConfigError when the file cannot be read or a line is none of a dictionary.
    """
    if dictionary is None:
        return KeywordParams(count=count)
    lines = read_text_file(dictionary).splitlines()
    faults = [
        Fault(f"{dictionary}:{n}", f"{line!r} has more than a word, a frequency and a part of speech", "云桥 10 n")
        for n, line in enumerate(lines, 1)
        if len(line.split()) > _MOST_CELLS
    ]
    if faults:
        raise ConfigError(*faults)
    return KeywordParams(count=count, dictionary=tuple(line.strip() for line in lines if line.strip()))


_MOST_CELLS = 3  # of a line of jieba's dictionaries


def make_plan(
    *,
    script: OutputScript = "keep",
    terms: Terms = "keep",
    topic: str | None = DEFAULT_TOPIC,
    rules: Path | None = None,
    keep_kinds: Iterable[str] = (),
    keywords: KeywordParams = NO_KEYWORDS,
) -> Plan:
    """Return the plan of a run without sources. Raises ConfigError."""
    if terms == "convert" and not has_region(script):
        raise ConfigError(Fault("--terms", f"script {script} has no region", "Use --script hans, tw or hk"))
    files = load_rules(rules)
    wanted = frozenset(keep_kinds)
    known = {rule.kind for rule in load_rulebook(files).rules} if wanted else set()
    if wanted - known:
        unknown, there = ", ".join(sorted(wanted - known)), ", ".join(sorted(known))
        raise ConfigError(Fault("--keep", f"no rule removes {unknown}", f"Kinds of rules: {there}"))
    return Plan(
        normalise=NormaliseParams(script=script, terms=terms),
        topic=_topic(topic) if topic else None,
        rules=files,
        boilerplate=BoilerplateParams(keep_kinds=wanted),
        keywords=keywords,
    )


def plan_for(sources: "Sources", path: Path, rules: Path | None = None) -> Plan:
    """Return the plan of a crawl of these sources; `path` is the file that they came from. Raises ConfigError.

    Rules in `rules.d/` beside the file are taken when no other folder is named.
    """
    from pipeline.fetch.source import Selectors  # noqa: PLC0415 - see above

    beside = path.parent / RULES_FOLDER
    words = path.parent / sources.user_dictionary if sources.user_dictionary else None
    plan = make_plan(
        script=sources.script,
        topic=None,
        rules=rules or (beside if beside.is_dir() else None),
        keywords=load_keywords(sources.keywords, words),
    )
    return replace(
        plan,
        topic=_topic(sources.topic, path.parent) if sources.topic else None,
        topics={s.name: _topic(s.topic, path.parent) for s in sources.sources if s.topic},
        selectors={s.name: _site(s.selectors) for s in sources.sources if s.selectors != Selectors()},
    )


def _topic(name: str, beside: Path | None = None) -> Topic:
    from pipeline.config.topics import load_topic  # noqa: PLC0415 - see above

    return load_topic(name, beside)


def _site(selectors: "Selectors") -> "SiteSelectors":
    from pipeline.extract.params import SiteSelectors  # noqa: PLC0415 - see above

    return SiteSelectors(
        title=selectors.title,
        body=selectors.body,
        author=selectors.author,
        date=selectors.date,
        remove=", ".join(selectors.remove) or None,
    )
