"""The pages that say how: a reader who types what they show gets what they show; what cannot be run is at least understood."""

import itertools
import json
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module

import pytest

from pipeline.cli.main import VERBS, main, parser_of
from pipeline.errors import UsageError
from tests.pages import PAGES, ROOT, Shell, blocks_of, play

UNITS = re.compile(r"^# /etc/systemd/system/(\S+)\n(.*?)(?=^# /etc|\Z)", re.DOTALL | re.MULTILINE)
HOW_TO = ROOT / "docs" / "how-to"

# ---------------------------------------------------------------------------------------------------- what is played


@pytest.fixture
def shell(tmp_path):
    return Shell(tmp_path)


def a_project(shell):
    shell("zhnews init")


def a_crawled_project(shell):
    shell("zhnews init && zhnews crawl")


def labels(shell):
    """Give the topic of the page before, and 240 labels."""
    topic = next(block for block in blocks_of(HOW_TO / "write-a-topic.md") if block.name == "ferry.yaml")
    (shell.folder / "ferry.yaml").write_text(topic.body, encoding="utf-8")
    there = ("渡轮开出旧港", "早班船靠岸", "末班船靠岸", "船票可以退")
    both = ("码头上排起了长队", "船长说风浪渐小", "乘客三百多名", "航线下午可能再停")
    elsewhere = ("食堂今天的午饭十二元", "码头工人的宿舍添了灯", "图书馆周五闭馆", "菜场搬进了新棚")
    rows = []
    for k, (a, b, c) in enumerate(itertools.islice(itertools.product(range(4), range(4), range(15)), 240)):
        about = c % 3 == 0
        text = "。".join(((there if about else elsewhere)[a], both[b], elsewhere[(a + c) % 4])) + "。"
        rows.append({"id": f"a{k}", "title": "", "text": text, "label": 2 if about and c != 12 else 0})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (shell.folder / "labels.jsonl").write_text(lines, encoding="utf-8")


def nothing(shell):
    """Leave the folder empty."""


PLAYED = {
    "start-a-project": nothing,
    "add-a-source": nothing,
    "add-a-rule": a_project,
    "write-a-topic": nothing,
    "calibrate-a-threshold": labels,
    "move-to-another-machine": a_crawled_project,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAYED)
def test_a_reader_gets_what_the_page_shows(name, shell):
    PLAYED[name](shell)
    assert play(HOW_TO / f"{name}.md", shell, numbers=False) >= 1


def test_the_record_of_an_edit_is_undone_as_the_page_says(capsys, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("热线今天接了三百个电话。\n责任编辑：林一\n", encoding="utf-8")
    assert main(["clean", "--json", str(letter)]) == 0
    row = json.loads(capsys.readouterr().out)
    (snippet,) = (b.body for b in blocks_of(ROOT / "docs/reference/records.md") if b.language == "python")
    from pipeline.edits import Edit  # noqa: PLC0415 - what the comment in the page says

    known = {"row": row, "edits": [Edit(**edit) for edit in row["edits"]]}
    exec(snippet, known)
    assert "责任编辑" in known["original"]


# ---------------------------------------------------------------------------------------------------- cron, systemd


def cron_lines():
    (block,) = (b for b in blocks_of(HOW_TO / "run-from-cron.md") if b.language == "cron")
    return [line.split(maxsplit=5) for line in block.body.splitlines()]


@pytest.mark.slow
def test_what_cron_runs_says_nothing_when_all_is_well(shell):
    a_crawled_project(shell)
    bin_folder = shell.folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "zhnews").symlink_to(shell.command)
    for *when, command in cron_lines():
        assert all(re.fullmatch(r"(\*|\d+)(/\d+)?", field) for field in when)
        assert "%" not in command  # crontab(5): it would be a line break
        done = shell.run(command.replace("/srv/news", str(shell.folder)), program="sh")
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), command
    assert (shell.folder / "data" / "report" / "index.html").exists()


def units():
    (block,) = (b for b in blocks_of(HOW_TO / "run-from-cron.md") if b.language == "ini")
    return dict(UNITS.findall(block.body))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path):
    for name, text in units().items():
        there = re.sub(r"/srv/news\S*/zhnews", sys.executable, text).replace("/srv/news", str(tmp_path))
        (tmp_path / name).write_text(there, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in units())],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, [line for line in done.stderr.splitlines() if "zhnews." in line]) == (0, [])


# ------------------------------------------------------------------------------------- every command is understood

ASIDE = re.compile(r"\s{3,}\S.*")  # what a page says beside a command
BEFORE = re.compile(r"^([*/\d]+\s+){5}|^ExecStart=|^\$ ")


def commands_of(page):
    """Return the words after each `zhnews`, and whether the whole command is there: in a block, not only `named`."""
    blocks = [b for b in blocks_of(page) if b.language in ("sh", "console", "cron", "ini", "")]
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [(line, True) for block in blocks for line in block.body.splitlines()]
    for line, whole in (*lines, *((named, False) for named in re.findall(r"`(zhnews [^`]+)`", prose))):
        if re.search(r"(^|[/ (])zhnews ", line):
            for words in calls_in(BEFORE.sub("", ASIDE.sub("", line.strip()))):
                yield words, whole


def calls_in(line):
    """Return the words of each simple command in a line of shell whose program is zhnews."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";|&()<>{}")
    lexer.whitespace_split = True
    words = []
    for word in (*lexer, ";"):
        if word[0] not in ";|&()<>{}":
            words.append(word)
        else:
            if words and words[0].rpartition("/")[2] == "zhnews":
                yield words[1:-1] if word[0] in "<>" and words[-1].isdigit() else words[1:]
            words = []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_on_the_page_is_one_of_ours(page):
    for words, whole in commands_of(page):
        verb, *rest = words or ["--help"]
        if not (verb.startswith("-") or any(mark in word for word in (verb, *rest) for mark in "…[")):
            assert verb in VERBS
            assert fault_of(verb, rest, whole=whole) is None


def fault_of(verb, rest, *, whole):
    if set(rest) & {"-h", "--help"}:
        return None
    try:
        parser_of(verb, import_module(f"pipeline.cli.{verb}")).parse_args(rest)
    except UsageError as exc:
        if whole or not re.search("required|expected (?:one|at least one) argument", str(exc)):
            return str(exc)
    return None


def test_a_wrong_command_would_be_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("`zhnews crawl --olny x` and\n\n```sh\nfoo; zhnews build --preffer first | head\n```\n")
    found = [fault_of(verb, rest, whole=whole) for (verb, *rest), whole in commands_of(page)]
    assert len(found) == 2
    assert all(fault is not None and "unrecognized" in fault for fault in found)
