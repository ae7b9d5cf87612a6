"""What the options of quality ask for, where they depend on each other or on an extra."""

import argparse
import json
from importlib import metadata

import pytest

from pipeline.cli.arguments import add_quality_arguments, quality_from, quality_over
from pipeline.cli.main import main
from pipeline.config.load import parse_sources
from pipeline.errors import EXIT_NOTHING_DONE, ConfigError, SetupError
from pipeline.quality import identify
from pipeline.quality.params import QualityParams

ENGLISH = (
    "The bakery by the river will stay closed until the bridge has been repaired. Nobody knows how long that takes."
)


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_quality_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"id": "a", "text": ENGLISH}), encoding="utf-8")
    return path


@pytest.fixture
def no_extra(monkeypatch):
    def told(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    identify.require_identifier.cache_clear()
    monkeypatch.setattr(metadata, "version", told)
    yield
    identify.require_identifier.cache_clear()


@pytest.fixture
def extra():
    pytest.importorskip("py3langid", reason="an extra")


COMMANDS = {
    "build": ["build", "rows.jsonl", "-o", "out"],
    "dry run": ["build", "rows.jsonl", "--dry-run"],
    "clean": ["clean", "rows.jsonl"],
}


@pytest.mark.usefixtures("no_extra")
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_without_the_extra_nothing_is_begun(source, monkeypatch, capsys, words):
    monkeypatch.chdir(source.parent)
    assert main([*words, "--identify-language"]) == EXIT_NOTHING_DONE
    assert "--identify-language needs the extra: pip install 'zhnews[language]'" in capsys.readouterr().err
    assert [path.name for path in source.parent.iterdir()] == [source.name]


@pytest.mark.usefixtures("extra")
def test_a_build_names_languages_and_selects_by_them(source):
    out = source.parent / "out"
    words = ("--identify-language", "--select", 'language in ("en", "zh")')
    assert main(["build", str(source), "-o", str(out), "--jobs", "1", *words]) == 0
    (row,) = map(json.loads, (out / "corpus.jsonl").read_text(encoding="utf-8").splitlines())
    assert row["signals"]["language"] == "en"


@pytest.mark.usefixtures("no_extra")
def test_who_does_not_ask_needs_no_extra():
    assert quality_from(parsed()) == QualityParams()
    assert quality_from(parsed("--select", 'language == "zh"')).select == ('language == "zh"',)


def test_a_condition_that_could_never_hold_is_refused():
    with pytest.raises(SetupError, match=r"^--select: only --identify-language .* tells the language en, fr$"):
        quality_from(parsed("--select", 'chars > 9 and language in ("fr", "zh", "en")'))
    yaml = "user_agent: t\nselect:\n  - language != 'vi'\nsources:\n  - {name: inbox, kind: files, path: inbox}\n"
    with pytest.raises(ConfigError, match=r"only --identify-language .* tells the language vi"):
        parse_sources(yaml, "sources.yaml")


@pytest.mark.usefixtures("extra")
def test_what_a_source_asks_for_is_kept_beside_the_option():
    own = QualityParams(select=("light",), mask=("mail",))
    asked = quality_over(own, parsed("--identify-language"))
    assert asked == QualityParams(select=("light",), mask=("mail",), identify_language=True)
    assert asked.measures
