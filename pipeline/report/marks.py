"""A text as received with its changes marked in place, as HTML.

    客服回电了。<del class="notice" tabindex="0" title="声明 disclaimer · …">（责任编辑：林一）</del>

A removal is <del>, what a replacement puts in is <ins>. What has no ink (a break, a zero-width space) is shown as a sign.
"""

from collections.abc import Iterator, Mapping

from pipeline.edits import LAYOUT_KIND, Edit
from pipeline.model import Article
from pipeline.report.kinds import family_of, kind_name
from pipeline.report.markup import code, esc
from pipeline.report.reasons import step_reason
from pipeline.report.signs import bared, laid_out, signed

MOST_CHARS = 30_000  # characters of HTML of one text, marks included; news has 1,500, the longest features 20,000


def marked_original(article: Article, reasons: Mapping[str, str]) -> str:
    """Return the text as received with removals and replacements marked; layout is not shown as a change.

    `reasons` says of a rule why it exists. A text that is too long ends with a line that says how much is missing.
    """
    original = article.original
    parts: list[str] = []
    room = MOST_CHARS
    for end, piece in _pieces(original, article, reasons):
        parts.append(piece)
        room -= len(piece)
        if room <= 0 and end < len(original):
            parts.append(_more(len(original) - end, article))
            break
    return "".join(parts)


def why(edit: Edit, reasons: Mapping[str, str]) -> str:
    """Return what is said about a mark: kind, rule, and the reason of this place or else of the rule."""
    reason = edit.reason or reasons.get(edit.rule) or step_reason(edit.rule)
    return " · ".join(filter(None, (kind_name(edit.kind), edit.rule, reason)))


def visible(text: str) -> str:
    """Return text that is gone as HTML, with signs for what has no ink."""
    return "".join(f'<span class="sign">{piece}</span>' if sign else esc(piece) for piece, sign in signed(text))


def _pieces(original: str, article: Article, reasons: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    at = 0
    for edit in article.edits:
        yield from _plain(original, at, edit.start)
        layout = edit.kind == LAYOUT_KIND
        yield edit.end, esc(laid_out(edit, len(original))) if layout else _marked(edit, reasons)
        at = edit.end
    yield from _plain(original, at, len(original))


def _plain(original: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for at in range(start, end, MOST_CHARS):
        upto = min(at + MOST_CHARS, end)
        yield upto, esc(original[at:upto])


def _marked(edit: Edit, reasons: Mapping[str, str]) -> str:
    before, gone, behind = bared(edit.old)
    over = len(gone) - MOST_CHARS
    shown = visible(gone[:MOST_CHARS]) + (f" ⋯ {over:,} 字" if over > 0 else "")
    told = f'class="{family_of(edit.kind)}" tabindex="0" title="{esc(why(edit, reasons))}"'
    put_in = f"<ins>{visible(edit.new[:MOST_CHARS])}</ins>" if edit.new.strip() else esc(edit.new)
    return f"{before}<del {told}>{shown}</del>{put_in}{behind}"


def _more(missing: int, article: Article) -> str:
    return f'<p class="more">⋯ 后面还有 {missing:,} 字；全文见 {code(f"zhnews explain --diff {article.id}")}</p>'
