"""What is asked of the quality stage, and what it then does in a run."""

import pytest

from pipeline.config.load import load_sources, parse_sources, quality_for
from pipeline.config.quality import load_quality
from pipeline.errors import ConfigError, SetupError, UsageError
from pipeline.flow import Plan, process
from pipeline.model import Article, ArticleId, Document, Page, Rejected
from pipeline.quality.params import QualityParams
from pipeline.quality.signals import measure

LETTER = "家属院的王阿姨来信表扬客服小周，说他上门三次。她的手机是13812345678，有事也可以拨打12345热线。"


def outcome_of(params: QualityParams, text: str = LETTER):
    return process(Document(id=ArticleId("a"), source="s", text=text), Plan(quality=params))


@pytest.fixture
def word_list(tmp_path):
    def write(name: str, text: str):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_nothing_is_done_unless_asked():
    assert load_quality(mask=None, select=()) == QualityParams()
    assert load_quality(mask=None, select=("none",)) == QualityParams()
    done = outcome_of(QualityParams())
    assert isinstance(done, Article)
    assert (done.text, done.flags) == (LETTER, ())


def test_private_data_get_placeholders_and_service_numbers_stay():
    done = outcome_of(load_quality(mask="pii", select=()))
    assert isinstance(done, Article)
    assert done.text == LETTER.replace("13812345678", "<手机号>")
    assert done.original == LETTER
    assert [flag.name for flag in done.flags] == ["service_number"]


def test_what_does_not_meet_a_condition_is_rejected_with_the_value_that_decided():
    done = outcome_of(load_quality(mask=None, select=("light", "chars > 100")))
    assert isinstance(done, Rejected)
    assert (done.rule, done.detail) == ("quality.select", f"chars is {len(LETTER)}; kept if chars > 100")
    assert isinstance(outcome_of(load_quality(mask=None, select=("light", "chars > 40"))), Article)


def test_a_list_rejects_counts_and_excuses(word_list):
    block, allow = word_list("praise.txt", "表扬\n"), word_list("letters.txt", "来信表扬\n")
    done = outcome_of(load_quality(mask=None, select=(), block=(block,)))
    assert isinstance(done, Rejected)
    assert done.rule == "quality.wordlists.praise"
    assert isinstance(outcome_of(load_quality(mask=None, select=(), block=(block,), allow=(allow,))), Article)


def test_a_mask_comes_before_what_is_measured():
    masked = load_quality(mask="mobile", select=(f"chars < {len(LETTER) - 5}",))
    assert isinstance(outcome_of(masked), Article)
    assert isinstance(outcome_of(load_quality(mask=None, select=masked.select)), Rejected)


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"mask": "phone"}, UsageError, "--mask: no kind phone"),
        ({"mask": ""}, UsageError, "--mask: no kind given"),
        ({"select": ("char > 100",)}, SetupError, "Did you mean chars"),
    ],
)
def test_a_wrong_word_is_told_before_anything_is_read(asked, error, told):
    with pytest.raises(error, match=told):
        load_quality(**{"mask": None, "select": (), **asked})


def test_a_list_that_cannot_be_read_is_told(word_list, tmp_path):
    for path, told in (
        (word_list("empty.txt", "# nothing\n"), "has no entries"),
        (tmp_path / "none.txt", "there is no such file"),
    ):
        with pytest.raises(ConfigError, match=told):
            load_quality(mask=None, select=(), block=(path,))
    (tmp_path / "gbk.txt").write_bytes("表扬".encode("gbk"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_quality(mask=None, select=(), allow=(tmp_path / "gbk.txt",))


def test_signals_are_noted_where_asked_for(word_list):
    for params in (QualityParams(signals=True), load_quality(mask=None, select=("light",))):
        done = outcome_of(params)
        assert isinstance(done, Article)
        assert done.signals == measure(done)
    block = word_list("games.txt", "赌场\n")
    done = outcome_of(load_quality(mask=None, select=(), block=(block,)))
    assert isinstance(done, Article)
    assert done.signals is None


PAGE = f"<html><head>%s<title>家属院来信</title></head><body><article><h1>家属院来信</h1><p>{LETTER * 4}</p></article></body></html>"
FORBIDS = '<meta name="robots" content="noarchive">'


@pytest.mark.parametrize(("head", "stays"), [("", True), (FORBIDS, False)])
def test_a_page_that_refuses_can_be_left_out(head, stays):
    page = Page(id=ArticleId("p"), url=None, source="s", body=(PAGE % head).encode(), content_type="text/html")
    done = process(page, Plan(quality=load_quality(mask=None, select=("not opt_out",))))
    assert isinstance(done, Article) is stays
    done = process(page, Plan())
    assert isinstance(done, Article)
    assert done.flags == (), "zero cost when nothing is asked"


KEYS = """
select: [light, "chars >= 20 and not spun"]
mask: [mobile, mail]
block: [lists/games.txt]
allow: [lists/police.txt]
sources:
  - {name: a, kind: files, path: a}
  - {name: b, kind: files, path: b, select: [none], mask: []}
  - name: c
    kind: files
    path: c
    select:
      - script in ("hans", "hant")
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "lists").mkdir()
    for name, text in {"games": "赌场", "police": "host:police.example"}.items():
        (tmp_path / "lists" / f"{name}.txt").write_text(text, encoding="utf-8")
    path = tmp_path / "sources.yaml"
    path.write_text(KEYS, encoding="utf-8")
    return path


def test_keys_of_the_file_and_of_a_source(project):
    asked = quality_for(load_sources(project), project)
    assert asked["a"].select == ("light", "chars >= 20 and not spun")
    assert asked["a"].mask == ("mobile", "mail")
    assert [(one.name, one.action) for one in asked["a"].lists] == [("games", "block"), ("police", "allow")]
    assert (asked["b"].select, asked["b"].mask, asked["b"].lists) == ((), (), asked["a"].lists)
    assert asked["c"].select == ('script in ("hans", "hant")',)
    assert asked["c"].mask == asked["a"].mask


def test_a_file_that_asks_nothing_loads_nothing(project):
    project.write_text("sources:\n  - {name: a, kind: files, path: a}\n", encoding="utf-8")
    assert quality_for(load_sources(project), project) == {}


def test_a_list_that_is_not_there(project):
    (project.parent / "lists" / "games.txt").unlink()
    with pytest.raises(ConfigError, match=r"games\.txt"):
        quality_for(load_sources(project), project)


FAULTS = {
    "a signal": ("select: [light, 'han_shar > 0.6']", 2, "Did you mean han_share?"),
    "a preset": ("select: [lihgt]", 2, "select[0]"),
    "a kind": ("mask: [mobiles]", 2, "There are: pii, mobile"),
    "not a list": ("select: light", 2, "Write it as ['light']"),
    "of a source": (None, 3, "sources[0].select[0]"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_have_their_line_and_what_to_do(name):
    line, at, said = FAULTS[name]
    source = (
        "  - {name: a, kind: files, path: a}"
        if line
        else "  - {name: a, kind: files, path: a,\n     mask: [pii], select: ['chars >']}"
    )
    text = f"script: keep\n{line}\nsources:\n{source}\n" if line else f"sources:\n{source}\n"
    with pytest.raises(ConfigError) as caught:
        parse_sources(text, "s.yaml")
    (fault,) = caught.value.faults
    assert fault.where == f"s.yaml:{at}"
    assert said in str(fault)
    assert "--" not in str(fault), "no option was given"
