"""`zhnews completion`: the scripts do their work in real shells, at a real (pseudo-) terminal, when Tab is pressed."""

import os
import pty
import select
import shutil
import subprocess
import sys

import pytest

from pipeline.cli.main import VERBS, main

SHELLS = {  # how it is started, what the script is called, and how a shell is told of it
    "bash": (["bash", "--norc", "--noprofile", "-i"], "zhnews", "source ./zhnews"),
    "zsh": (["zsh", "-f", "-i"], "_zhnews", "fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D"),
    "fish": (["fish", "--no-config", "-i"], "zhnews.fish", "source ./zhnews.fish"),
}
# A shell wants the terminal as its own, which a process must take for itself.
ON_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execvp(sys.argv[1], sys.argv[1:])"
)
QUIET_S = (
    0.05  # a shell that has written nothing for so long waits for keys; the next ones may come sooner all the same
)
KEYS = {  # what is typed, and what the program must then be given
    "verb": ("cl\tx.txt", "clean x.txt"),
    "option": ("clean --scr\thant", "clean --script hant"),
    "choice": ("export --format pa\t", "export --format parquet"),
    "action": ("topic cal\tlabels", "topic calibrate labels"),
    "option of an action": ("topic calibrate --be\t2", "topic calibrate --beta 2"),
    "file": ("check --sources so\t", "check --sources sources.yaml"),
    "folder": ("check --rules ru\t", "check --rules rules.d"),
    "input": ("clean art\t", "clean article.txt"),
}


@pytest.fixture(autouse=True)
def _verb(monkeypatch):
    monkeypatch.setitem(VERBS, "completion", "print the completion script of a shell")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with files to complete, and a program `zhnews` that says what it was given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.d").mkdir()
    for name in ("sources.yaml", "article.txt"):
        (tmp_path / name).touch()
    command = tmp_path / "bin" / "zhnews"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\necho "GIVEN<$*>"\n')
    command.chmod(0o755)
    return tmp_path


def script_for(shell, capsys):
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


def typed(shell, folder, lines):
    """Type lines into a shell, up to a Tab at a time, waiting until it has answered; return what it wrote."""
    leader, follower = pty.openpty()
    environment = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-c", ON_TERMINAL, *SHELLS[shell][0]]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, cwd=folder, start_new_session=True
    ) as process:
        os.close(follower)
        seen = answer(leader, "", 0.5)  # it starts
        for number, line in enumerate(lines, 1):
            for keys in line.replace("\t", "\t\n").splitlines():
                os.write(leader, keys.encode())
                seen += answer(leader, "", QUIET_S)
            os.write(leader, b"\r")
            seen += answer(leader, "GIVEN<", 20.0)
            assert seen.count("GIVEN<") == number, seen
            seen += answer(leader, "", QUIET_S)
        process.kill()
    os.close(leader)
    return seen


def answer(leader, awaited, seconds):
    """Return what comes until `awaited` is in it; without one, until nothing comes for so long."""
    seen = b""
    while select.select([leader], [], [], seconds)[0]:
        try:
            seen += os.read(leader, 65536)
        except OSError:  # EIO: the shell has closed its end
            break
        if awaited and awaited.encode() in seen:
            break
    return seen.decode(errors="replace")


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_in_a_real_shell(shell, folder, capsys):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    _, name, load = SHELLS[shell]
    (folder / name).write_text(script_for(shell, capsys), encoding="utf-8")
    screen = typed(shell, folder, [f"{load}; zhnews ready", *(f"zhnews {keys}" for keys, _ in KEYS.values())])
    for what, (_, given) in KEYS.items():
        assert f"GIVEN<{given}>" in screen.replace("/>", ">").replace(" >", ">"), f"{what}:\n{screen}"


@pytest.mark.parametrize("shell", SHELLS)
def test_every_verb_is_in_the_script(shell, capsys):
    script = script_for(shell, capsys)
    assert all(verb in script for verb in VERBS)


def test_a_shell_that_is_not_known_is_told(capsys):
    assert main(["completion", "tcsh"]) == 2
    assert "'tcsh'" in capsys.readouterr().err
