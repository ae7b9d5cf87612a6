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
    "export": "write the crawled corpus as JSONL, Parquet, CSV, text or WARC",
    "report": "write the crawl's report, one HTML file",
    "explain": "say why an article, URL or rule is as it is",
    "status": "show how the sources are doing",
    "topic": "score texts by a topic, and let labels mend it",
    "init": "write the files that a project of your own starts from",
    "completion": "print the completion script of a shell",
    "check": "validate sources.yaml, topics and rules",
    "reprocess": "extract and clean stored pages again, without the network",
    "demo": "crawl the news site that ships with the program, on loopback",
}

RESUMES = ("build", "crawl", "demo", "reprocess")  # verbs that go on where they were stopped

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
    if sys.stdout is None:  # closed by the shell: `>&-`
        print("zhnews: standard output is closed. Send it to a file, a pipe or /dev/null", file=sys.stderr)
        return EXIT_NOTHING_DONE
    try:
        code = _answer(words)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as exc:
        if "--debug" in words and not isinstance(exc, (KeyboardInterrupt, BrokenPipeError)):
            raise
        message, code = _told(exc, words[0] if words else "")
        if message:
            print(message, file=sys.stderr)
    return code


def _answer(words: list[str]) -> int:
    """Do what a command line asks."""
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP.format(verbs="\n".join(f"  {verb:<11}{what}" for verb, what in VERBS.items())), end="")
        return EXIT_OK if words else EXIT_NOTHING_DONE
    if words[0] in ("-V", "--version"):
        print(f"zhnews {__version__}")
        return EXIT_OK
    return _run(words)


def _told(exc: BaseException, verb: str) -> tuple[str, int]:
    """Return the sentence and the exit code for what went wrong."""
    match exc:
        case ZhnewsError():
            return str(exc), exc.exit_code
        case KeyboardInterrupt():
            saved = "; what was finished is saved, run the same command to go on" if verb in RESUMES else ""
            return f"zhnews: interrupted{saved}", EXIT_INTERRUPTED
        case BrokenPipeError():  # the reader of our output has left (`zhnews clean … | head`): nothing to say
            _forget_stdout()
            return "", EXIT_OK
        case OSError(filename=None):
            _forget_stdout()
            remedy = "Free some space or send it elsewhere"
            return f"zhnews: the output cannot be written ({exc.strerror}). {remedy}", EXIT_NOTHING_DONE
        case _:
            what = f"{type(exc).__name__}: {exc}"
            return f"zhnews: a fault of the program ({what}). Run again with --debug and report it", EXIT_NOTHING_DONE


def _forget_stdout() -> None:
    """Send what is still to be flushed nowhere: the interpreter would complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    verb, rest = words[0], words[1:]
    if verb not in VERBS:
        raise UsageError(f"zhnews: no verb {verb!r}. Known: {', '.join(VERBS)}")
    module = importlib.import_module(f"pipeline.cli.{verb}")
    arguments = parser_of(verb, module).parse_args(rest)
    code: int = module.run(arguments)
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
