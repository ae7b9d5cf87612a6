"""Reading the documents as a person does: the blocks of a page, and a shell in which they are tried."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(p for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("data/*.md")))
_BLOCK = re.compile(r"^( *)```(\w*)(?: (\S+))?\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
FILES = ("text", "json", "toml", "yaml")  # languages of a block that is a file, when a name stands behind the language


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: three backticks, the language, perhaps a name."""

    language: str
    name: str
    body: str


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page, without the indentation of a list that they stand in."""
    found = _BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        Block(language, name, re.sub(f"^{indent}", "", body, flags=re.MULTILINE))
        for indent, language, name, body in found
    ]


class Shell:
    """A folder where `zhnews` is this program; where one command changed to, the next one runs."""

    def __init__(self, folder: Path) -> None:
        self.command = folder / "bin" / "zhnews"
        self.folder = folder / "work"
        self._here = folder / "here"
        for made in (self.command.parent, self.folder):
            made.mkdir()
        self.command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pipeline "$@"\n')
        self.command.chmod(0o755)
        self._here.write_text(str(self.folder))

    def __call__(self, line: str) -> str:
        """Run a line; return what it prints. It must end well."""
        done = self.run(f"trap 'pwd > \"{self._here}\"' EXIT; {line}")
        assert done.returncode == 0, f"{line}: {done.stderr}"
        return done.stdout

    def run(self, line: str, program: str = "bash") -> subprocess.CompletedProcess[str]:
        """Run a line in a shell, and say how it ended."""
        path = f"{self.command.parent}:{os.environ['PATH']}"
        return subprocess.run(
            [program, "-c", line], cwd=self._here.read_text().strip(), capture_output=True, text=True, check=False,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip


def play(page: Path, shell: Shell, *, numbers: bool = True) -> int:
    """Write the files that a page names and run its console blocks; return how many commands printed what it shows.

    A line of nothing but … stands for any lines. Without `numbers` any number is as good as another.
    """
    n = 0
    for block in blocks_of(page):
        if block.name and block.language in FILES:
            path = shell.folder / block.name
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.body, encoding="utf-8")
        elif block.language == "console":
            for command, shown in _COMMAND.findall(block.body):
                printed = shell(command)
                assert _is_like(printed, shown, numbers=numbers), f"$ {command}\n{printed}"
                n += 1
    return n


def _is_like(printed: str, shown: str, *, numbers: bool) -> bool:
    if not numbers:
        printed, shown = (re.sub(r"\d[\d.,]*", "0", text) for text in (printed, shown))
    wanted = "".join(".*" if line == "…\n" else re.escape(line) for line in shown.splitlines(keepends=True))
    return re.fullmatch(wanted, printed, re.DOTALL) is not None
