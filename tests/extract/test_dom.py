import time

import pytest

from pipeline.extract.dom import MAX_LINES, MAX_TAG_CHARS, parsed, read_outline, squeezed
from tests.builders import QUADRATIC_S


def outline_of(html: str, *, with_hidden: bool = False):
    tree = parsed(html)
    assert tree is not None
    assert tree.body is not None
    return read_outline(tree.body, with_hidden=with_hidden)


LINES = {
    "paragraphs": ("<p>甲</p><p>乙</p>", ["甲", "乙"]),
    "bare text and breaks": ("甲<br>乙<br/><br>丙", ["甲", "乙", "丙"]),
    "inline elements": ("<p>甲<b>乙</b><a href=x>丙</a>丁</p>", ["甲乙丙丁"]),
    "a block in an inline element": ("<a href=x>甲<div>乙</div>丙</a>", ["甲", "乙", "丙"]),
    "table": ("<table><tr><td>甲</td><td>乙</td></tr></table>", ["甲", "乙"]),
    "pre": ("<pre>甲\n乙\n</pre>", ["甲", "乙"]),
    "wrapped in the source": ("<p>甲\n  乙 a\n b</p>", ["甲乙 a b"]),
    "a picture in a sentence": ("<p>甲<img src=x>乙</p>", ["甲乙"]),
    "unknown elements are blocks": ("<x-card>甲</x-card><x-card>乙</x-card>", ["甲", "乙"]),
    "Word's elements are not": ("<p>甲<o:p>乙</o:p></p>", ["甲乙"]),
    "scripts and forms": ("<script>甲</script><style>乙</style><select><option>丙</option></select><p>丁</p>", ["丁"]),
    "noscript and template": ("<noscript>甲</noscript><template><p>乙</p></template><p>丙</p>", ["丙"]),
    "comments": ("<!-- 甲 --><p>乙</p>", ["乙"]),
    "hidden": ("<div style='DISPLAY : none'>甲</div><p hidden>乙</p><p style='visibility:hidden'>丙</p>", ["丙"]),
    "hidden inline": ("<p>甲<span style='display:none'>乙</span></p>", ["甲"]),
    "empty elements part lines": ("甲<div></div>乙<p> </p>", ["甲", "乙"]),
    "nothing": ("", []),
    "NUL": ("<p>甲\0乙</p>", ["甲乙"]),
    "a lone surrogate": ("<p>甲\ud800</p>", ["甲?"]),
}


@pytest.mark.parametrize("case", LINES)
def test_lines_as_a_reader_sees_them(case):
    html, lines = LINES[case]
    assert [line.text for line in outline_of(html).lines] == lines


def test_hidden_text_is_read_on_request():
    assert [line.text for line in outline_of("<div style='display:none'>甲</div>", with_hidden=True).lines] == ["甲"]


def test_what_a_line_is_made_of():
    line = outline_of("<img src=a><p>甲乙<a href=x>丙丁</a><strong>戊</strong><span class=c>己</span></p>").lines[0]
    assert (line.linked, line.bold, line.after_image, line.names) == (2, 1, True, "c")


def test_blocks_know_their_lines():
    outline = outline_of("<div id=a class=b><p>甲</p><p>乙</p></div><p>丙</p>")
    block = next(block for block in outline.blocks if block.names == "b a")
    assert (block.first, block.end) == (0, 2)
    assert [outline.blocks[i].tag for i in outline.ancestors(outline.lines[0].block)] == ["p", "div", "body"]
    assert outline.ancestors(outline.lines[0].block, 2) == outline.ancestors(outline.lines[0].block)[:2]


def test_a_page_of_endless_lines_is_cut():
    outline = outline_of("<div>" + "甲<br>" * (MAX_LINES + 10) + "</div>")
    assert len(outline.lines) == MAX_LINES
    assert all(block.end <= MAX_LINES for block in outline.blocks)


HOSTILE = {
    "divs": "<div>" * 100_000,
    "unknown": "<x>" * 100_000,
    "lists": "<ul><li>" * 50_000,
    "attributes": "<div " + " ".join(f"a{n}=1" for n in range(200_000)) + ">甲</div>",
    "bold": "<b>" * 100_000,
    "lt": "<" * 500_000,
    "spaces": "<p>" + " " * 1_000_000 + "甲",
    "breaks": "<pre>" + "\n" * 500_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_pages_are_read_in_time(case):
    start = time.process_time()
    tree = parsed(HOSTILE[case])
    if tree is not None and tree.body is not None:
        read_outline(tree.body)
    assert time.process_time() - start < QUADRATIC_S


LONG_TAGS = {
    "closed": "<p>甲</p><p class='%s'>乙</p>" % ("x" * MAX_TAG_CHARS),
    "open at the end": "<p>甲</p><p class='%s" % ("x" * MAX_TAG_CHARS),
    "behind a long text": "甲" * MAX_TAG_CHARS + "<p class='%s'>乙</p>" % ("x" * MAX_TAG_CHARS),
}


@pytest.mark.parametrize("case", LONG_TAGS)
def test_long_tags_lose_their_attributes(case):
    assert not any(block.names for block in outline_of(LONG_TAGS[case]).blocks)


@pytest.mark.parametrize("end", ["</script>", "</SCRIPT >", "</script\n>"])
def test_a_comparison_in_a_long_script_is_no_tag(end):
    script = f"<script>for(i=0;i<n;i++)a+={'1' * 2 * MAX_TAG_CHARS}{end}"
    assert [line.text for line in outline_of(f"<p>甲</p>{script}<p class='x'>乙</p>").lines] == ["甲", "乙"]


def test_two_long_tags_are_both_cut():
    long = "<p class='%s'>乙</p>" % ("x" * MAX_TAG_CHARS)
    outline = outline_of(f"{long}<p class='y'>丙</p>{long}")
    assert [line.text for line in outline.lines] == ["乙", "丙", "乙"]
    assert [block.names for block in outline.blocks if block.tag == "p"] == ["", "y", ""]


@pytest.mark.parametrize("style", ["display:none", "DISPLAY : None", "color:red;display:none"])
def test_a_style_hides(style):
    assert [line.text for line in outline_of(f"<p>甲</p><p style='{style}'>乙</p>").lines] == ["甲"]
    assert len(outline_of("<p style='border:none'>甲</p>").lines) == 1


def test_a_tag_of_bearable_length_keeps_them():
    names = "x" * (MAX_TAG_CHARS - 20)
    assert any(
        block.names == names for block in outline_of(f"<script>{'1' * 9_000}</script><p class={names}>乙").blocks
    )


def test_pages_that_nest_without_end_are_refused():
    assert parsed("<div>" * 20_000) is None
    assert parsed("<p>甲" * 20_000) is not None
    assert parsed("<div><p>甲</p></div>" * 20_000) is not None


@pytest.mark.parametrize(
    ("text", "line"),
    [("  a \n b ", "a b"), ("甲\n 乙", "甲乙"), ("甲\u3000乙", "甲 乙"), ("，\r\n甲", "，甲"), ("", "")],
)
def test_squeezed(text, line):
    assert squeezed(text) == line
