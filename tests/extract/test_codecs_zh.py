import pytest

from pipeline.extract.codecs_zh import decode_big5, decode_gb18030

GB = {
    "ideographic space": ("a3a0", "\u3000"),
    "euro of Windows": ("80", "€"),
    "vertical comma": ("a6d9", "\ufe10"),
    "m with acute": ("a8bc", "\u1e3f"),
    "four bytes": ("9439da33", "💩"),
    "rare in a name": ("e946", "镕"),
    "broken lead before a tag": ("813c703e", "\ufffd<p>"),
    "a byte that begins nothing": ("ff41", "\ufffdA"),
    "cut at the end": ("c4", "\ufffd"),
}
BIG5 = {
    "hyphenation point": ("a145", "\u2027"),
    "division slash": ("a241", "\u2215"),
    "small reverse solidus": ("a242", "\ufe68"),
    "slash beside its twin": ("a1fea241", "\uff0f\u2215"),
    "yen": ("a244", "\uffe5"),
    "control picture": ("a3c0", "\u2400"),
    "two code points": ("8862", "\u00ca\u0304"),
    "missing in Python": ("87a1", "\U000258de"),
    "broken lead before a tag": ("813c703e", "\ufffd<p>"),
    "broken pair": ("c6ff", "\ufffd"),
}


@pytest.mark.parametrize("case", GB)
def test_gb18030_as_browsers_read_it(case):
    data, text = GB[case]
    assert decode_gb18030(bytes.fromhex(data)) == text


@pytest.mark.parametrize("case", BIG5)
def test_big5_as_browsers_read_it(case):
    data, text = BIG5[case]
    assert decode_big5(bytes.fromhex(data)) == text


@pytest.mark.parametrize("decode", [decode_gb18030, decode_big5])
def test_a_megabyte_of_broken_bytes_ends(decode):
    assert len(decode(b"\xff" * 1_000_000)) == 1_000_000
    assert decode(b"\x81" * 1_000_001)
