"""The command `zhnews`: finds the verb, calls it, and turns what went wrong into one sentence and an exit code.

Only the module of the verb is imported, so that `zhnews --help` answers at once.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from pipeline import __version__
from pipeline.errors import EXIT_INTERRUPTED, EXIT_NOTHING_DONE, EXIT_OK, UsageError, ZhnewsError

VERBS = {
    "clean": "clean texts or HTML pages, from files or a pipe",
    "build": "make a corpus of files and folders, on all cores",
    "crawl": "read the sites and files of sources.yaml",
    "dedup": "find near-duplicates in files",
    "export": "write the crawled corpus as JSONL, Parquet, CSV or text",
    "report": "write the crawl's report, one HTML file",
    "explain": "say why an article, URL or rule is as it is",
    "status": "show how the sources are doing",
    "check": "validate sources.yaml, topics and rules",
    "reprocess": "extract and clean stored pages again, without the network",
    "demo": "crawl the news site that ships with the program, on loopback",
}

HELP = """\
usage: zhnews VERB [options]

Chinese news sites and raw Chinese text in; a clean, de-duplicated corpus out, every removal signed.

{verbs}

  zhnews VERB --help       what the verb can do, with an example
  zhnews --version

example:
  echo '今天客服回电了。(责任编辑:张三)' | zhnews clean -
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; return the exit code: 0 well, 1 some items failed, 2 nothing done, 75 busy, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP.format(verbs="\n".join(f"  {verb:<11}{what}" for verb, what in VERBS.items())), end="")
        return EXIT_OK if words else EXIT_NOTHING_DONE
    if words[0] in ("-V", "--version"):
        print(f"zhnews {__version__}")
        return EXIT_OK
    return _guarded(words)


def _guarded(words: list[str]) -> int:
    """Run the verb; what goes wrong becomes one sentence and an exit code."""
    try:
        return _run(words)
    except ZhnewsError as exc:
        return _fail(exc, exc.exit_code, words)
    except KeyboardInterrupt:
        print("zhnews: interrupted; what was finished is saved, run the same command to go on", file=sys.stderr)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left (`zhnews clean … | head`): nothing to say, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    except Exception as exc:  # noqa: BLE001 - the one place: a person gets a sentence, not a traceback
        return _fail(exc, EXIT_NOTHING_DONE, words, unexpected=True)


def _run(words: list[str]) -> int:
    verb, rest = words[0], words[1:]
    if verb not in VERBS:
        raise UsageError(f"zhnews: no verb {verb!r}. Known: {', '.join(VERBS)}")
    module = importlib.import_module(f"pipeline.cli.{verb}")
    arguments = parser_of(verb, module).parse_args(rest)
    code: int = module.run(arguments)
    sys.stdout.flush()
    return code


def parser_of(verb: str, module: ModuleType, *, width: int | None = None) -> argparse.ArgumentParser:
    """Return the parser of a verb; `width` is that of its help in columns, None: of the terminal."""
    parser = _Parser(
        prog=f"zhnews {verb}",
        description=VERBS[verb][0].upper() + VERBS[verb][1:] + ".",
        epilog=module.EXAMPLE,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=width),
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    return parser


class _Parser(argparse.ArgumentParser):
    """argparse, with our form of an error."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}. See: {self.prog} --help")


def _fail(exc: Exception, code: int, words: list[str], *, unexpected: bool = False) -> int:
    if "--debug" in words:
        raise exc
    if unexpected:
        message = f"zhnews: a fault of the program ({type(exc).__name__}: {exc}). Run again with --debug and report it"
    else:
        message = str(exc)
    print(message, file=sys.stderr)
    return code
