"""What the rules say about the lines of one article: asked lazily, answered once.

A line that runs on from the body (its first sentence is no rule's) is not boilerplate as a whole, however it ends: only
its last sentences can be. A line that reports what somebody said, or what a court held, is not a notice.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from pipeline.clean.rule import MAX_LINE_CHARS, Rule, Zone
from pipeline.clean.rulebook import Candidates, Rulebook
from pipeline.fold import fold
from pipeline.text import sentence_spans

# Words of a report *about* notices, copyright, risks; a notice itself has 表示赞同 and 声称, never these.
_REPORTS = (
    "法院|判决|判令|判处|原告|被告|起诉|诉讼|抗辩|一审|二审|警方|检方|检察|律师|专家|记者|发言人|负责人|网友称"
    "|据悉|据了解|据报|报道称|报道说|公告称|声明称|通报称|指出|强调|呼吁|提醒|透露|回应"
    "|(?:他|她|们|长|者|方|院|局|部|会|师|授|员|某|姓)(?:还|也|则|就|又)?(?:表示(?!赞同|同意)|认为|坦言|称|说)"
)
MIN_REPORT_CHARS = 28  # characters; "文/记者 张三" and "编辑：李警方" are no reports
MIN_RUN_ON_CHARS = (
    12  # characters of a first sentence that make the line body text; shorter ones are labels, 本文原创。
)


class Asking(NamedTuple):
    """Who asks: the rules, the host of the article, and what the user wants."""

    rulebook: Rulebook
    host: str | None
    keep_kinds: frozenset[str]
    body_legal_rules: int


class _Part(NamedTuple):
    """What is known of a part of a line from the line."""

    folded: list[str]
    candidates: Candidates


class LineRules:
    """The rules' answers for a sequence of lines (or of the sentences of one line)."""

    def __init__(self, lines: Sequence[str], asking: Asking, part: "_Part | None" = None) -> None:
        self._lines = lines
        self._asking = asking
        self._folded = part.folded if part else fold("\n".join(lines)).split("\n")
        self._candidates = part.candidates if part else asking.rulebook.candidates(self._folded, asking.host)
        self._verdicts: dict[tuple[int, Zone], Rule | None] = {}

    def verdict(self, line: int, zone: Zone) -> Rule | None:
        """Return the rule by which the whole line is to go if it stands in that zone; None: it stays."""
        if line not in self._candidates.found:  # most lines of most articles
            return None
        place = (line, zone)
        if place not in self._verdicts:
            self._verdicts[place] = self._judge(line, zone)
        return self._verdicts[place]

    @property
    def matched(self) -> Iterable[int]:
        """The lines, in order, about which there is anything to ask: others have no verdict and no remarks."""
        return self._candidates.found

    def remarks(self, line: int, zone: Zone) -> tuple[Rule, ...]:
        """Return the rules that only remark the line: those that flag, and those in shadow."""
        return self._candidates.matching(line, zone, cutting=False)

    def cutting(self, line: int, zone: Zone) -> tuple[Rule, ...]:
        """Return the rules that speak for cutting the line."""
        matching = self._candidates.matching(line, zone, cutting=True)
        return tuple(rule for rule in matching if rule.kind not in self._asking.keep_kinds)

    def has_words(self, line: int) -> bool:
        """Return whether any rule's word stands in the line."""
        return self._candidates.has_words(line)

    def sentence(self, line: int, start: int, end: int) -> "LineRules":
        """Return the rules' answers for a part of a line, as if it were a line of its own; a blank one counts as a mark."""
        text = self._lines[line][start:end]
        start += len(text) - len(text.lstrip())
        text = text.strip()
        if not text:
            return LineRules(("-",), self._asking)
        end = start + len(text)
        part = _Part([self._folded[line][start:end]], self._candidates.part(line, start, end))
        return LineRules((text,), self._asking, part)

    def _judge(self, line: int, zone: Zone) -> Rule | None:
        if len(self._lines[line]) > MAX_LINE_CHARS:
            return None
        cutting = self.cutting(line, zone)
        if not cutting or self.reports(line) or self.runs_on(line):
            return None
        strong = [rule for rule in cutting if rule.strength == "strong"]
        if strong:
            return min(strong, key=lambda rule: not rule.action.startswith("meta:"))
        legal = [rule for rule in cutting if rule.strength == "legal"]
        enough = self._asking.body_legal_rules if zone == "body" else 1
        return legal[0] if len(legal) >= enough else None

    def reports(self, line: int) -> bool:
        """Return whether the line is a sentence about somebody's words; labels and lists are too short to be one."""
        folded = self._folded[line]
        is_sentence = len(folded) >= MIN_REPORT_CHARS and ("," in folded or "." in folded)
        return is_sentence and _reports().search(folded) is not None

    def runs_on(self, line: int) -> bool:
        """Return whether the line begins as body text: two sentences or more, the first of them no rule's."""
        text = self._lines[line]
        spans = sentence_spans(text)
        if len(spans) < 2 or len(text[: spans[0][1]].strip()) < MIN_RUN_ON_CHARS:
            return False
        return not self.sentence(line, *spans[0]).cutting(0, "tail")


@cache
def _reports() -> re.Pattern[str]:
    """Return what finds words of a report; compiled when a line is first asked about."""
    return re.compile(fold(_REPORTS))
