"""The page on which a person labels articles: title, what the topic found, and the text, a screen at a time.

    0 1 2  the label    space  more of the text    b  the one before    s  skip    q  stop

The terminal gives single keys; it is put back as it was whatever happens. The words that the topic found are marked, the
score is not shown: whoever sees it agrees with it.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from pipeline.cli import show
from pipeline.cli.tables import wrap_cells
from pipeline.errors import UsageError
from pipeline.model import Article, Hit
from pipeline.run.topic import Scored
from pipeline.topics.labelled import LABELS

_FOOT = "0 not about it   1 in part   2 mainly   space more   b back   s skip   q stop"
_FOR, _AGAINST = "bold green", "red"
_FIXED_LINES = 5  # title, place, blanks and foot
_CLEAR = "\x1b[2J\x1b[H"
_END = "\x04"  # Ctrl-D, or the terminal went away


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the page is drawn, and where keys come from."""

    out: Console
    read_key: Callable[[], str]


@contextmanager
def open_terminal() -> Iterator[Terminal]:
    """Give single keys and a screen. Raises UsageError when input or output is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("zhnews topic label: reads keys, so it needs a terminal. Run it without a pipe")
    import termios  # noqa: PLC0415 - not on Windows
    import tty  # noqa: PLC0415

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield Terminal(show.console(), lambda: os.read(descriptor, 1).decode("latin-1") or _END)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def label_articles(queue: Sequence[Scored], terminal: Terminal, save: Callable[[Scored, int], None]) -> int:
    """Show one article after the other; `save` is called with each label at once. Return how many have one."""
    labelled: set[int] = set()
    at = 0
    while at < len(queue):
        key = _ask(queue[at], f"{at + 1} of {len(queue)}", terminal)
        if key in ("q", _END):
            break
        if key == "b":
            at = max(0, at - 1)
            continue
        if key != "s":
            save(queue[at], int(key))
            labelled.add(at)
        at += 1
    return len(labelled)


def _ask(scored: Scored, place: str, terminal: Terminal) -> str:
    """Draw an article, a screen after the other, until a key says what to do with it."""
    screens = _screens(scored, terminal.out)
    shown = 0
    while True:
        _draw(scored.article, screens[shown], f"{place}, screen {shown + 1} of {len(screens)}", terminal.out)
        key = terminal.read_key()
        while key not in _KEYS:
            key = terminal.read_key()
        if key != " ":
            return key
        shown = (shown + 1) % len(screens)


_KEYS = frozenset({*map(str, LABELS), " ", "b", "s", "q", _END})


def _draw(article: Article, screen: Text, place: str, out: Console) -> None:
    if out.is_terminal:
        out.file.write(_CLEAR)
    for part in (Text(show.plain(article.title or "(no title)"), style="bold"), Text(place, style="dim"), Text()):
        out.print(part, soft_wrap=True)
    out.print(screen, soft_wrap=True)
    out.print(Text(f"\n{_FOOT}", style="dim"), soft_wrap=True, end="")
    out.file.flush()


def _screens(scored: Scored, out: Console) -> list[Text]:
    """Return the text in screens, with the places that the topic found marked."""
    width, height = out.width, max(3, out.height - _FIXED_LINES)
    marked = _marked(scored.article.text, scored.found[0].hits)
    lines = _lines(marked, width)
    return [Text("\n").join(lines[n : n + height]) for n in range(0, len(lines), height)] or [Text()]


def _marked(text: str, hits: Sequence[Hit]) -> Text:
    marked = Text(show.plain(text))  # as long as the text: places hold
    for hit in hits:
        if hit.where == "text":
            marked.stylize(_FOR if hit.weight > 0 else _AGAINST, hit.start, hit.end)
    return marked


def _lines(marked: Text, width: int) -> list[Text]:
    """Return the lines as the terminal shall have them, broken where Chinese may be broken."""
    lines: list[Text] = []
    at = 0
    for line in wrap_cells(marked.plain, width):
        at = marked.plain.index(line, at)
        lines.append(marked[at : at + len(line)])
        at += len(line)
    return lines
