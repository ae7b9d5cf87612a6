"""What a command shows on a real terminal, as a page to take a picture of.

    command ── tmux ──▶ cells with their colours (ANSI) ── page_of ──▶ HTML, each cell at its place

Each cell is a box of its own: a browser's fonts do not agree on how wide a Han character is, a terminal has to.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.cells import cell_len

_CODES = re.compile(r"\x1b\[([\d;:]*)m")
_OTHER = re.compile(r"\x1b(?:\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][A-Z0-9]|\[[\d;?]*[A-Za-ln-z])|[\x0e\x0f]")
_PATIENCE_S = 300  # a crawl of the demo takes seconds, on a busy machine a minute
# SGR codes that our output uses, and what ends each.
_STYLES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 9: "strike"}
_COLOURS = {30: "black", 31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan", 37: "white"}
_ENDS = {22: {"bold", "dim"}, 23: {"italic"}, 24: {"underline"}, 29: {"strike"}, 39: set(_COLOURS.values())}

PAGE = """<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><style>
body { margin: 0; padding: 12px 16px; background: #16191d; color: #dfe3e7; width: max-content; }
pre { margin: 0; font: 15px/21px "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace; }
i { display: inline-block; font-style: normal; width: 9px; height: 21px; vertical-align: top; overflow: visible; text-decoration: inherit; }
i.wide { width: 18px; font-size: 17px; }
.bold { font-weight: 700; color: #fff; } .dim { color: #9aa4ad; } .italic { font-style: italic; }
.underline i { text-decoration: underline; text-underline-offset: 3px; } .strike i { text-decoration: line-through; }
.red { color: #ff8f86; } .green { color: #8ee39a; } .yellow { color: #f0d060; } .blue { color: #8cc4ff; }
.magenta { color: #f0a0e8; } .cyan { color: #7fdbe0; } .black { color: #8a939b; } .white { color: #fff; }
</style><pre>%s</pre>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A command and the terminal that it is shown on."""

    name: str
    command: str  # as a person types it
    columns: int = 80
    rows: int = 60  # of the window; what stays empty below is not shown
    environment: Mapping[str, str] = field(default_factory=dict)


def shown(screen: Screen, folder: Path) -> str:
    """Return what stands on the screen when the command has ended, run in a folder: lines with their ANSI codes."""
    with TemporaryDirectory() as place:
        tmux = ("tmux", "-u", "-S", f"{place}/tmux", "-f", "/dev/null")
        begun = [*tmux, "new-session", "-d", "-x", str(screen.columns), "-y", str(screen.rows), "-c", str(folder)]
        try:
            _run([*begun, _script(screen)])
            _run([*tmux, "wait-for", "done"])
            return _run([*tmux, "capture-pane", "-e", "-p"])
        finally:
            subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


def page_of(captured: str) -> str:
    """Return the screen as a page."""
    lines = captured.rstrip("\n").split("\n")
    return PAGE % "\n".join(_lines(lines))


def _script(screen: Screen) -> str:
    """Return the shell's words: the prompt with the command, the command itself, and a sign that it has ended."""
    here = Path(__file__).resolve().parents[1]
    known = {"TERM": "xterm-256color", "PYTHONPATH": str(here), "LANG": "C.UTF-8", **screen.environment}
    exports = "".join(f"export {name}={shlex.quote(value)}; " for name, value in known.items())
    prompt = shlex.quote(f"$ {screen.command}")
    program = f'zhnews() {{ {shlex.quote(sys.executable)} -m pipeline "$@"; }}; '
    words = (
        f"{exports}{program}printf '\\033[1m%s\\033[0m\\n' {prompt}; {screen.command}; tmux wait-for -S done; sleep 60"
    )
    return f"bash --norc --noprofile -c {shlex.quote(words)}"


def _run(words: list[str]) -> str:
    done = subprocess.run(words, check=True, capture_output=True, text=True, timeout=_PATIENCE_S)
    return done.stdout


def _lines(lines: list[str]) -> Iterator[str]:
    """Yield the lines as HTML; what is bold stays so until a code ends it, over the end of a line too."""
    styles: set[str] = set()
    for line in lines:
        parts = []
        for n, piece in enumerate(_CODES.split(_OTHER.sub("", line))):
            if n % 2:
                styles = _after(styles, piece)
            elif piece:
                names = " ".join(sorted(styles))
                parts.append(f'<span class="{names}">{"".join(map(_cell, piece))}</span>')
        yield "".join(parts)


def _after(styles: set[str], codes: str) -> set[str]:
    """Return the styles that hold after the codes of one sequence."""
    for code in (int(code or 0) for code in re.split("[;:]", codes)):
        if code == 0:
            styles = set()
        elif code in _ENDS:
            styles = styles - _ENDS[code]
        elif code in _STYLES:
            styles = styles | {_STYLES[code]}
        elif code in _COLOURS or code - 60 in _COLOURS:
            styles = (styles - _ENDS[39]) | {_COLOURS.get(code) or _COLOURS[code - 60]}
    return styles


def _cell(char: str) -> str:
    wide = ' class="wide"' if cell_len(char) == 2 else ""
    return f"<i{wide}>{escape(char)}</i>"
