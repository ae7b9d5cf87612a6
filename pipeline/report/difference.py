"""A copy as it differs from the article that stays, as HTML that reads like a diff: long equal parts are folded away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from rapidfuzz.distance import Indel

from pipeline.fold import fold
from pipeline.report.marks import visible
from pipeline.report.markup import esc
from pipeline.report.signs import bared

MOST_COMPARED = 12_000  # characters of each text; the comparison is quadratic: 5 ms and 18 MB at this length
_LEAST_EQUAL = 3  # characters; two texts share shorter runs by chance, and speckles are unreadable
_CONTEXT = 60  # characters shown on both sides of a difference
_MOST_CHANGED = 4_000  # characters of one difference


@dataclass(frozen=True, slots=True)
class Step:
    """A part of both texts: equal as folded, or what one has where the other has something else."""

    kept: str
    copy: str
    equal: bool


def marked_difference(kept: str, copy: str) -> str:
    """Return the copy as HTML: <del> is only in the kept text, <ins> only in the copy.

    Texts are compared as folded: script, width, case and forms of punctuation are no difference.
    """
    found = steps(kept[:MOST_COMPARED], copy[:MOST_COMPARED])
    last = len(found) - 1
    if last == 0 and found[0].equal:
        return _the_same(found[0].copy)
    html = "".join(_drawn(step, first=n == 0, last=n == last) for n, step in enumerate(found))
    if max(len(kept), len(copy)) > MOST_COMPARED:
        html += f'<p class="more">⋯ 只比较了前 {MOST_COMPARED:,} 字</p>'
    return html


def steps(kept: str, copy: str) -> list[Step]:
    """Return the parts of both texts in order; equal runs too short to mean anything belong to the difference."""
    joined: list[Step] = []
    for step in _meaningful(list(_raw(kept, copy))):
        if joined and joined[-1].equal == step.equal:
            before = joined.pop()
            joined.append(replace(before, kept=before.kept + step.kept, copy=before.copy + step.copy))
        else:
            joined.append(step)
    return joined


def _raw(kept: str, copy: str) -> Iterator[Step]:
    for code in Indel.opcodes(fold(kept), fold(copy)):
        yield Step(kept[code.src_start : code.src_end], copy[code.dest_start : code.dest_end], code.tag == "equal")


def _meaningful(found: list[Step]) -> Iterable[Step]:
    for n, step in enumerate(found):
        between = 0 < n < len(found) - 1
        yield replace(step, equal=False) if step.equal and between and len(step.copy) < _LEAST_EQUAL else step


def _the_same(text: str) -> str:
    start = esc(text[: 2 * _CONTEXT]) + ("⋯" if len(text) > 2 * _CONTEXT else "")
    return f'<span class="same">全文相同，{len(text):,} 字：</span>{start}'


def _drawn(step: Step, *, first: bool, last: bool) -> str:
    if step.equal:
        return _shortened(step.copy, head=0 if first else _CONTEXT, tail=0 if last else _CONTEXT)
    return _marked("del", step.kept) + _marked("ins", step.copy)


def _marked(tag: str, text: str) -> str:
    if not text:
        return ""
    before, core, behind = bared(text)
    over = len(core) - _MOST_CHANGED
    shown = visible(core[:_MOST_CHANGED]) + (f" ⋯ {over:,} 字" if over > 0 else "")
    return f"{before}<{tag}>{shown}</{tag}>{behind}"


def _shortened(text: str, *, head: int, tail: int) -> str:
    """Return equal text; of a long one only what stands beside a difference, and how much there is between."""
    missing = len(text) - head - tail
    if missing <= _CONTEXT:
        return esc(text)
    return f'{esc(text[:head])}<span class="same"> ⋯ 相同 {missing:,} 字 ⋯ </span>{esc(text[len(text) - tail :])}'
