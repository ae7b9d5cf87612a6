"""`zhnews completion`: a script that makes a shell complete verbs, options, choices and files.

The script is made of the parsers of all verbs, once: pressing Tab starts no Python.
"""

import argparse
import importlib
from pathlib import Path
from typing import Any, Final

from pipeline.errors import EXIT_OK

SHELLS: Final = ("bash", "zsh", "fish")
EXAMPLE = """\
examples:
  zhnews completion bash > ~/.local/share/bash-completion/completions/zhnews
  zhnews completion zsh > ~/.zfunc/_zhnews         with fpath+=~/.zfunc before compinit in ~/.zshrc
  zhnews completion fish > ~/.config/fish/completions/zhnews.fish

For this session of bash alone: source <(zhnews completion bash). Make the script anew after an update of zhnews.
"""
_FOLDER_NAMES: Final = frozenset({"DIR"})  # metavars of arguments that name a folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("shell", choices=SHELLS, help="the shell to write for")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    import shtab  # noqa: PLC0415 - no other verb needs it

    print(shtab.complete(_whole_parser(), args.shell))
    return EXIT_OK


def _whole_parser() -> argparse.ArgumentParser:
    """Return one parser of all verbs. `main` parses without it: there only the module of one verb is imported."""
    from pipeline.cli.main import VERBS  # noqa: PLC0415 - the table of verbs names this one, too

    whole = argparse.ArgumentParser(prog="zhnews")
    whole.add_argument("-V", "--version", action="store_true", help="show the version")
    verbs = whole.add_subparsers()
    for verb, what in VERBS.items():
        one = verbs.add_parser(verb, help=what)
        importlib.import_module(f"pipeline.cli.{verb}").add_arguments(one)
        one.add_argument("--debug", action="store_true", help="show the traceback of an error")
        _complete_paths(one)
    return whole


def _complete_paths(parser: argparse.ArgumentParser) -> None:
    """Say of each argument that names a file or folder that it does."""
    import shtab  # noqa: PLC0415 - see run

    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to them
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for below in action.choices.values():
                _complete_paths(below)
        elif action.choices is None and (kind := _path_kind(action)):
            setattr(action, "complete", getattr(shtab, kind))  # noqa: B010 - where shtab looks for it


def _path_kind(action: Any) -> str | None:  # noqa: ANN401 - an action, or what tests give
    """Return the shtab name of what an argument names: a file, a folder, or None of both."""
    shown = str(action.metavar or "")
    if shown in _FOLDER_NAMES:
        return "DIRECTORY"
    return "FILE" if action.type is Path or "FILE" in shown else None
