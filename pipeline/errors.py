"""Every exception, drawn by what the caller must do.

    ZhnewsError
    ├── SetupError          stop: the user must change something              exit 2
    │   ├── UsageError          the command line
    │   ├── ConfigError         sources.yaml, a topic or a rule file; all faults at once
    │   ├── StateError          state, index or work folder cannot be used with these settings
    │   └── OutputError         cannot write: exists already, no space, no permission
    ├── ItemError           count it and go on with the next                  exit 1 at the end
    │   ├── InputError          a file or record that cannot be read
    │   └── FetchError          a page that could not be fetched
    └── BusyError           another run holds the lock: try later             exit 75

A message has three parts: where, what, what to do.
"""

from dataclasses import dataclass
from typing import ClassVar

EXIT_OK = 0
EXIT_SOME_FAILED = 1
EXIT_NOTHING_DONE = 2
EXIT_BUSY = 75
EXIT_INTERRUPTED = 130


def exit_code(done: int, failed: int) -> int:
    """Return how a run over several inputs ends, by how many were done and how many failed."""
    if not failed:
        return EXIT_OK
    return EXIT_SOME_FAILED if done else EXIT_NOTHING_DONE


class ZhnewsError(Exception):
    """Base of all errors that we raise on purpose."""

    exit_code: ClassVar[int] = EXIT_NOTHING_DONE


class SetupError(ZhnewsError):
    """Nothing can be done until the user changes something."""


class UsageError(SetupError):
    """The command line does not make sense."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a configuration text."""

    where: str  # "sources.yaml:14"
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f". {self.remedy}" if self.remedy else "")


class ConfigError(SetupError):
    """A configuration text with faults; all of them, in the order of their lines."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("\n".join(str(f) for f in faults))
        self.faults = faults


class StateError(SetupError):
    """Stored state was made with other settings, or cannot be opened."""


class OutputError(SetupError):
    """The result cannot be written; nothing half-written stays behind."""


class ItemError(ZhnewsError):
    """One input failed; the others go on."""

    exit_code: ClassVar[int] = EXIT_SOME_FAILED


class InputError(ItemError):
    """A file or record cannot be read."""


class FetchError(ItemError):
    """A page could not be fetched: network, limits, or an address that we do not visit."""


class BusyError(ZhnewsError):
    """Another run holds the lock."""

    exit_code: ClassVar[int] = EXIT_BUSY
