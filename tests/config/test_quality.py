"""What is asked of the quality stage, and what it then does in a run."""

import pytest

from pipeline.config.quality import load_quality
from pipeline.errors import ConfigError, SetupError, UsageError
from pipeline.flow import Plan, process_document
from pipeline.model import Article, ArticleId, Document, Rejected
from pipeline.quality.params import QualityParams

LETTER = "家属院的王阿姨来信表扬客服小周，说他上门三次。她的手机是13812345678，有事也可以拨打12345热线。"


def outcome_of(params: QualityParams, text: str = LETTER):
    return process_document(Document(id=ArticleId("a"), source="s", text=text), Plan(quality=params))


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
        (tmp_path / "none.txt", "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=told):
            load_quality(mask=None, select=(), block=(path,))
    (tmp_path / "gbk.txt").write_bytes("表扬".encode("gbk"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load_quality(mask=None, select=(), allow=(tmp_path / "gbk.txt",))
