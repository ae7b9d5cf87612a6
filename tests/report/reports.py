"""Reports to draw in tests, and a page taken apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from html.parser import HTMLParser

from pipeline.edits import Change
from pipeline.model import Article, ArticleId, CanonicalUrl, Decision, Flag, Hit, Rejected, Relevance
from pipeline.quality.distribution import Bin, Cut, Distribution, Example, Gathering
from pipeline.report.articles import traits
from pipeline.report.data import Hindrance, ReportData, RuleNotes, RunRow, Selected, ShadowUse, SourceHealth
from pipeline.report.sampling import sample
from pipeline.report.survey import Selection, Survey

ATTACK = "\"'></details></script><script>alert(1)</script><img src=x onerror=alert(2)>&lt;$body\x00\ud800\u202e"
VOID = {"meta", "input", "br", "wbr"}
SELECT = ("chars >= 32", 'script == "hans" or spun')
STORY = "营业厅的客服小周上门三次，帮老人办好了退费。"


@dataclass
class Page(HTMLParser):
    """The elements of a page, with a check that they are closed in order."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if not {"style", "script"}.intersection(self.open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        """Return the attributes of the elements of that name; `class_="text"` asks for one of its classes."""
        wanted = attributes.pop("class_", None)
        found = [a for name, a in self.elements if name == tag and attributes.items() <= a.items()]
        return [a for a in found if wanted is None or wanted in a.get("class", "").split()]


def read_page(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def article(n: int = 0, text: str = STORY, *, cut: str = "", kind: str = "disclaimer", **fields) -> Article:
    """Return an article; `cut` is a part of its text that a rule took."""
    values = {
        "id": ArticleId(f"a{n}"),
        "url": CanonicalUrl(f"https://news.example/{n}"),
        "source": f"晚报{n % 3}",
        "title": f"第{n}封表扬信",
        "published_at": datetime(2026, 11, 1 + n % 20, 8, tzinfo=UTC),
        "script": "hans",
        "relevance": Relevance(
            topic="service",
            score=7.0 * n,
            verdict="keep",
            hits=(Hit(term="客服", weight=4, where="text", start=4, end=6),),
        ),
        **fields,
    }
    made = Article(**values).with_text(text)
    if not cut:
        return made
    at = made.text.index(cut)
    rule = f"{kind}.test_rule"
    return made.changed([Change(start=at, end=at + len(cut), new="", rule=rule, kind=kind, reason="for the test")])


def articles(n: int) -> list[Article]:
    """Return articles of three sources, of which every second lost a disclaimer and every fifth bears a flag."""
    made = []
    for i in range(n):
        tail = "（本文仅代表作者观点）" if i % 2 else ""
        one = article(i, f"{i}号窗口：{STORY}\n第二段。{tail}", cut=tail)
        made.append(one.flagged(Flag(name="spun", detail="说明")) if i % 5 == 0 else one)
    return made


def copies(originals: Iterable[Article]) -> list[tuple[Article, Decision]]:
    return [
        (
            article(1000 + n, f"【转载】{one.text}", title=f"转载：{one.title}"),
            Decision(id=f"a{1000 + n}", kept=one.id, relation="near", scores={"containment": 0.97}, facts=("三次",)),
        )
        for n, one in enumerate(originals)
    ]


def report(
    kept: Iterable[Article] = (),
    dropped: Iterable[tuple[Article, Decision]] = (),
    rejected: Iterable[Rejected] = (),
    failed: Iterable[str] = (),
    *,
    select: Sequence[str] = (),
    **fields,
) -> ReportData:
    """Return the data of a report as `build` and `crawl` gather it."""
    survey = Survey(selections=[Selection(Gathering(select))])
    kept = list(kept)
    shown = sample(survey.watch_articles(kept), traits=traits)
    shown_copies = sample(survey.watch_copies(dropped))
    refused = sample(survey.watch_rejected(rejected))
    wanted = {decision.kept for _, decision in shown_copies.shown}
    values = {"title": "语料报告", "tally": {}, **fields}
    return ReportData(
        figures=survey.figures(),
        articles=shown,
        copies=shown_copies,
        kept={one.id: one for one in kept if one.id in wanted},
        rejected=refused,
        failed=sample(failed),
        **values,
    )


def full_report(n: int = 12) -> ReportData:
    """Return a report that has something in every section."""
    kept = articles(n)
    return report(
        kept,
        copies(kept[:3]),
        [Rejected(id=ArticleId("r1"), url=None, source="晚报0", rule="fetch.gone", detail="status 410")],
        ["空.txt: the file is empty"],
        select=SELECT,
        tally={"seen": n + 5, "kept": n, "rejected": 4, "unchanged": 0, "failed": 1, "duplicates": 3},
        about="run 1",
        seconds={"network": 58.204, "process": 2.5, "store": 0.31, "other": 0.001},
        sources=(
            SourceHealth(
                name="晚报0",
                kind="feed",
                last_success_at=None,
                failing_since="2026-11-20",
                last_error="timeout",
                new_articles=0,
                waiting=7,
                failed=2,
            ),
            SourceHealth(
                name="晚报1",
                kind="feed",
                last_success_at="2026-11-22",
                failing_since=None,
                last_error=None,
                new_articles=4,
            ),
        ),
        hindrances=(
            Hindrance(what="rest", where="slow.example", detail="到 2026-11-23 08:00 UTC 为止，连续第 2 次"),
            Hindrance(what="stopped", where="https://news.example/list", detail="晚报0 · 3 pages in a row"),
        ),
        runs=(
            RunRow(id=2, command="crawl", started_at="2026-11-22 04:40 UTC", seconds=None, exit_code=None, counts={}),
            RunRow(
                id=1,
                command="crawl",
                started_at="2026-11-21 04:40 UTC",
                seconds=61.25,
                exit_code=1,
                counts={"seen": 9, "kept": 5, "rejected": 3, "unchanged": 0, "failed": 1},
            ),
        ),
        rules=RuleNotes(
            reasons={"disclaimer.test_rule": "作者观点声明", "nav.never": "没用到", "mine.trial": "先看看会删什么"},
            cutting=frozenset({"disclaimer.test_rule", "nav.never"}),
            shadow=frozenset({"mine.trial"}),
            own=frozenset({"mine.trial", "nav.never"}),
        ),
    )


def attacked(value):
    """Return the value with an attack in every text of it, however deep."""
    if isinstance(value, str):
        return ATTACK
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"url"} if isinstance(value, Article) else set()
        return replace(value, **{f.name: attacked(getattr(value, f.name)) for f in fields(value) if f.name not in kept})
    if isinstance(value, dict):
        return {attacked(k) if isinstance(k, str) else k: attacked(v) for k, v in value.items()}
    return tuple(map(attacked, value)) if isinstance(value, tuple) else value


def hostile_distribution() -> Distribution:
    one = Example(id=ATTACK, begins=ATTACK, value=ATTACK)
    cut = Cut(condition=ATTACK, clause=ATTACK, value=None, lost=1, staying=(one,), going=(one,))
    named = (Bin(name=ATTACK, articles=1),)
    return Distribution(signal=ATTACK, meaning=ATTACK, unit=ATTACK, articles=1, lost=1, bins=named, cuts=(cut,))


def hostile_report() -> ReportData:
    """Return a report whose every text tries to be markup."""
    one = article(0, f"正文。{ATTACK}声明", cut="声明", title=ATTACK, source=ATTACK, authors=(ATTACK,), outlet=ATTACK)
    two = replace(article(1, ATTACK, id=ArticleId(ATTACK)), url=CanonicalUrl("javascript:alert(1)"))
    data = full_report()
    hostile = report(
        [one, two],
        [(replace(two, id=ArticleId("c")), replace(copies([one])[0][1], scores={ATTACK: 2.0}, facts=(ATTACK,)))],
        [attacked(row) for row in data.rejected.shown],
        [ATTACK],
        title=ATTACK,
        about=ATTACK,
        seconds={ATTACK: 1.0},
        tally={"seen": "<b>", "kept": 1},
        sources=tuple(map(attacked, data.sources)),
        hindrances=tuple(map(attacked, data.hindrances)),
        runs=tuple(replace(run, command=ATTACK, started_at=ATTACK) for run in data.runs),
        rules=RuleNotes(
            reasons={ATTACK: ATTACK, "disclaimer.test_rule": ATTACK},
            cutting=frozenset({ATTACK + "2"}),
            shadow=frozenset({ATTACK + "3"}),
            own=frozenset({ATTACK + "2"}),
        ),
    )
    figures = replace(
        hostile.figures,
        removed={ATTACK: 3},
        rules=tuple(
            replace(use, rule=ATTACK, kind=ATTACK, example=ATTACK, article=ATTACK, reason=ATTACK)
            for use in hostile.figures.rules
        ),
        shadows=(ShadowUse(rule=ATTACK, articles=1, lines=1, example=ATTACK, article=ATTACK),),
        scripts={ATTACK: 1},
        flags={ATTACK: 1},
        keywords={ATTACK: 1},
        refused={ATTACK: 1},
        selections=(Selected(distributions=(hostile_distribution(),), sources=(ATTACK,)),),
    )
    return replace(hostile, figures=figures)
