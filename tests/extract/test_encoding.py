import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.encoding import decode_html, decode_text, looks_binary

HANS = "一封来自乘客的表扬信：站务员李喆深夜护送老人回家。他说：“您别急，我们的服务没有下班。”"
HANT = "一封來自乘客的表揚信：站務員深夜護送老人回家。他說：「您別急，我們的服務沒有下班。」"
CODECS = {
    "utf-8": HANS,
    "gbk": HANS,
    "gb18030": HANS + "镕㐂😀",
    "big5": HANT,
    "big5hkscs": HANT + "嘅佢哋",
    "utf-16": HANS,
}
NAMES = {"gbk": "gb18030", "big5": "big5hkscs", "utf-16": "utf-16-le"}


def html(text: str, charset: str = "") -> str:
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<html><head>{meta}<title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "big5", "iso-8859-1", "nonsense"])
@pytest.mark.parametrize(
    "header", [None, "text/html", "text/html; charset=GBK", "text/html;charset=utf-8", "text/html; charset=big5"]
)
def test_the_text_wins_over_every_lie(codec, declared, header):
    page = html(CODECS[codec], declared)
    decoded = decode_html(page.encode(codec), content_type=header)
    assert decoded.text == page
    assert decoded.encoding == NAMES.get(codec, codec)


GERMAN = "Die Geschäfte schließen früher, weil es spät geworden ist. " * 9

REASONS: dict[str, tuple[bytes, str | None, str]] = {
    "bom": (codecs.BOM_UTF8 + HANS.encode(), None, "bom"),
    "utf-16 bom": (codecs.BOM_UTF16_BE + HANS.encode("utf-16-be"), None, "bom"),
    "strict": (HANS.encode(), "text/html; charset=gbk", "valid utf-8"),
    "header": (html(HANS).encode("gbk"), "text/html; charset=gb2312", "header"),
    "meta": (html(HANS, "gb2312").encode("gbk"), "text/html", "meta"),
    "statistics": (html(HANS).encode("gbk"), None, "statistics"),
    "nothing": (b"", None, "empty"),
    "korean by header": ("안녕하세요 여러분 반갑습니다".encode("cp949"), "text/html; charset=euc-kr", "header"),
    "russian by meta": ('<meta charset="windows-1251">Привет, мир'.encode("cp1251"), None, "meta"),
    "german unlabelled": (GERMAN.encode("latin-1"), None, "guess"),
}


@pytest.mark.parametrize("case", REASONS)
def test_the_reason_is_recorded(case):
    data, header, reason = REASONS[case]
    assert decode_html(data, content_type=header).reason == reason


@pytest.mark.parametrize(
    "label", ["GB2312", "gb_2312-80", "csGB2312", "chinese", "x-gbk", "cp936", "GB18030", "euc-cn"]
)
def test_every_gb_label_is_gb18030(label):
    decoded = decode_html(html("镕喆", label).encode("gb18030"))
    assert decoded.text == html("镕喆", label)
    assert decoded.encoding == "gb18030"


def test_a_meta_that_says_utf_16_in_ascii_means_utf_8_and_votes_so():
    assert decode_html(html(HANS, "utf-16").encode("gbk")).encoding == "gb18030"


def test_an_xml_declaration_is_a_declaration():
    page = '<?xml version="1.0" encoding="gbk"?><p>短</p>'
    assert decode_html(page.encode("gbk")).reason == "meta"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5hkscs"])
def test_a_few_broken_bytes_do_not_change_the_codec(codec):
    text = html(CODECS[codec] * 5)
    data = text.encode(codec)
    broken = data[:60] + b"\xff" + data[60:120] + b"\x80\xff" + data[120:]
    decoded = decode_html(broken)
    assert decoded.encoding == codec
    assert decoded.text.count("\ufffd") <= 6


def test_a_piece_of_utf_8_in_a_gbk_page_does_not_change_the_codec():
    decoded = decode_html(html(HANS * 3).encode("gbk") + "<p>版权</p>".encode())
    assert decoded.encoding == "gb18030"


def test_plain_text_needs_no_declaration():
    assert decode_text(HANS.encode("gbk")).text == HANS
    assert decode_text(HANT.encode("big5hkscs")).text == HANT
    assert decode_text(HANS.encode("utf-16-be")).encoding == "utf-16-be"
    assert decode_text("abc 第一".encode("utf-16-le")).text == "abc 第一"
    assert decode_text(b"plain").encoding == "utf-8"


def test_a_meta_in_plain_text_is_text():
    text = '<meta charset="big5">' + HANS
    assert decode_text(text.encode("gbk")).text == text


@given(st.binary(max_size=400))
def test_any_bytes_decode(data):
    assert decode_html(data, content_type="text/html; charset=big5").text is not None
    assert decode_text(data).encoding
    assert looks_binary(data) in (True, False)


@given(st.text(alphabet=HANS + HANT, min_size=40, max_size=120), st.sampled_from(["utf-8", "gb18030"]))
def test_chinese_text_comes_back(text, codec):
    assert decode_text(text.encode(codec)).text == text


BINARY = {
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "pdf": b"%PDF-1.7\n",
    "zip": b"PK\x03\x04\x14\x00",
    "mp4": b"\x00\x00\x00\x18ftypmp42",
    "noise": bytes(range(32)) * 40,
}


@pytest.mark.parametrize("case", BINARY)
def test_binary_content_is_seen(case):
    assert looks_binary(BINARY[case])


@pytest.mark.parametrize("codec", ["utf-8", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_not_binary(codec):
    assert not looks_binary((HANS * 4).encode(codec))
    assert not looks_binary(html("English only").encode(codec))


def test_a_stray_control_character_is_not_binary():
    assert not looks_binary(HANS.encode() + b"\x00\x1a" + HANS.encode())
    assert not looks_binary(b"")
