"""How values look on stdout: text, records, marked text, tables.

Colour and drawing only on a terminal; colour never with NO_COLOR. What comes from outside cannot steer the terminal.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.edits import LAYOUT_KIND
from pipeline.model import Article

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_SHOWN_CHARS = 60  # of an edit's text in a table; the record has the whole
_GLANCE_CHARS = 24  # the same on a terminal, where a row should not be taller than a few lines
_GONE, _NEW = "red strike", "green underline"

# What a terminal may take for an order, and what it cannot show: controls but tab and newline, halves of surrogate pairs.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def record(value: object) -> None:
    """Write one JSON line."""
    from pipeline.store.files import json_line  # noqa: PLC0415
    from pipeline.store.records import value_to_json  # noqa: PLC0415

    sys.stdout.buffer.write(json_line(value_to_json(value)))


def counted(n: int, noun: str) -> str:
    """Return "1 article", "2 articles"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def text(article: Article, *, blank_before: bool) -> None:
    """Write the paragraphs, one a line; a blank line between articles."""
    lines = (["", *article.paragraphs] if blank_before else article.paragraphs) or ()
    sys.stdout.buffer.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"))


def diff(article: Article, out: "Console | None" = None) -> None:
    """Write the text as received with what went and what came in.

    In colour on a terminal, with the rules that signed below it; else as [-…-] and {+…+}, line by line.
    """
    out = out or console()
    if not out.is_terminal:
        out.file.write("".join(plain(_bracketed(*piece)) for piece in _pieces(article)) + "\n")
        return
    marked = _text("")
    in_colour = has_colour(out)
    for piece, style in _pieces(article):
        marked.append(plain(piece if in_colour else _bracketed(piece, style)), style if in_colour else "")
    for part in (_text(article.title or article.id, "bold"), marked, _text(_account(article), "dim")):
        out.print(part, soft_wrap=True)


def edits(article: Article, out: "Console | None" = None, *, title: str = "") -> None:
    """Write a table of edits: where, what, by which rule and why. `title`: of the table; else that of the article."""
    out = out or console()
    most = _GLANCE_CHARS if out.is_terminal else _SHOWN_CHARS
    rows = [
        (f"{e.start}-{e.end}", e.kind, e.rule, e.reason, _short(e.old, most), _short(e.new, most))
        for e in article.edits
    ]
    head = ("place", "kind", "rule", "reason", "was", "is")
    table(head, rows, title=title or article.title or article.id, nothing="nothing was changed", out=out)
    for flag in article.flags:
        out.print(_text(f"flag {flag.name}: {flag.detail}" if flag.detail else f"flag {flag.name}"), soft_wrap=True)


def lines(said: str, out: "Console | None" = None) -> None:
    """Write text: on a terminal broken between words and as far in as it began, in a pipe as it is."""
    out = out or console()
    if not out.is_terminal:
        out.file.write(f"{plain(said)}\n")
        return
    from pipeline.cli.tables import wrap_cells  # noqa: PLC0415

    for line in plain(said).split("\n"):
        words = line.lstrip(" ")
        indent = len(line) - len(words)
        for piece in wrap_cells(words, out.width - indent):
            out.print(_text(" " * indent + piece), soft_wrap=True)


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    nothing: str = "",
    out: "Console | None" = None,
) -> None:
    """Write a table: drawn as wide as the terminal, without its empty columns; tab-separated and whole in a pipe.

    `nothing`: what a terminal shows in place of a table without rows.
    """
    out = out or console()
    cells = [[plain(str(cell)) for cell in row] for row in rows]
    if not out.is_terminal:
        for row in (head, *cells):
            out.file.write("\t".join(cell.replace("\t", " ").replace("\n", " ") for cell in row) + "\n")
        return
    from pipeline.cli.tables import draw_table  # noqa: PLC0415

    if not cells and nothing:
        out.print(_text(nothing), soft_wrap=True)
        return
    drawn = draw_table(head, cells, out.width)
    for n, line in enumerate([title, *drawn, ""] if title else [*drawn, ""]):
        out.print(_text(line, "bold" if n == 0 else ""), soft_wrap=True)


def console(*, stderr: bool = False) -> "Console":
    """Return the console; it knows whether it is a terminal, how wide, and whether colour is wanted."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=stderr, highlight=False, emoji=False)


def has_colour(out: "Console") -> bool:
    """Return whether colour can be seen: a terminal that knows it, and no NO_COLOR."""
    return out.is_terminal and not out.no_color and out.color_system is not None


def plain(piece: str) -> str:
    """Return text that cannot steer a terminal and can always be encoded."""
    return _UNFIT.sub("\ufffd", piece)


def _pieces(article: Article) -> Iterator[tuple[str, str]]:
    """Yield the text as received in pieces with their styles; layout is not shown as a change."""
    from pipeline.report.signs import bared, laid_out, signed  # noqa: PLC0415

    at = 0
    original = article.original
    for edit in article.edits:
        yield original[at : edit.start], ""
        at = edit.end
        if edit.kind == LAYOUT_KIND:
            yield laid_out(edit, len(original)), ""
            continue
        before, gone, behind = bared(edit.old)
        yield before, ""
        yield "".join(shown for shown, _ in signed(gone)), _GONE
        yield edit.new, _NEW if edit.new.strip() else ""
        yield behind, ""
    yield original[at:], ""


def _bracketed(piece: str, style: str) -> str:
    """Return each line in its own brackets, so that a tool that works by lines sees every mark."""
    if not style:
        return piece
    before, after = ("[-", "-]") if style == _GONE else ("{+", "+}")
    return "\n".join(f"{before}{line}{after}" if line else "" for line in piece.split("\n"))


def _account(article: Article) -> str:
    """Return who took what, a rule a line."""
    sums: dict[tuple[str, str], list[int]] = {}
    for edit in article.edits:
        if edit.kind != LAYOUT_KIND:
            places, characters = sums.setdefault((edit.kind, edit.rule), [0, 0])
            sums[edit.kind, edit.rule] = [places + 1, characters + max(0, len(edit.old) - len(edit.new))]
    widest = max((len(kind) for kind, _ in sums), default=0)
    lines = [
        f"\n  {chars:>7,} characters  {n:>4,}×  {kind:<{widest}}  {rule}" for (kind, rule), (n, chars) in sums.items()
    ]
    return "".join(lines) or "\n  nothing was removed"


def _text(piece: str, style: str = "") -> "Text":
    from rich.text import Text  # noqa: PLC0415

    return Text(plain(piece), style=style)


def _short(piece: str, most: int) -> str:
    shown = repr(piece[: most + 1])[1:-1]  # as Python writes it, so that breaks and invisible characters can be seen
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"
