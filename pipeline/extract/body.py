"""Where the article begins and ends in its page, and which lines inside are not it.

    container ─ reach ─▶ range of lines ─ trim ─▶ the lines of the article

The range goes up to a lead below the headline and down over parts that an advertisement cut off. It ends at the first
tail marker behind which less text stands than before it; a marker right above a paragraph of the same container is a
heading of the text. A page without a container has no article: there is no fall-back to the whole page.
"""

from dataclasses import dataclass

from pipeline.extract.dom import Line, Outline
from pipeline.extract.linekinds import (
    CAPTION,
    CAPTION_SIGN,
    CREDITED,
    DATE_LINE,
    META_LINE,
    NOTICE,
    NUMBERED,
    ORIGINAL_TITLE,
    SERVICE,
    SIGN_OFF,
    TAIL_MARK,
    count_pauses,
    count_stops,
    has_widget,
    is_body_name,
    is_caption_name,
    is_related_mark,
)
from pipeline.extract.params import BodyParams
from pipeline.extract.sight import Sight


@dataclass(frozen=True, slots=True)
class Body:
    """The article's lines in the outline."""

    kept: tuple[int, ...]  # indices of lines, in order
    first: int  # the first kept line
    end: int  # behind the last kept line
    headline: int | None  # the line of the headline; None: the page shows none
    tail: int  # behind the last line of the container: credits stand between `end` and here

    @property
    def top(self) -> int:
        """The line where the article begins for a reader: its headline, else its first line."""
        return self.headline if self.headline is not None else self.first


def find_body(outline: Outline, title_keys: tuple[str, ...], params: BodyParams) -> Body | None:
    """Return the lines of the article; None when no block of the page reads like one."""
    sight = Sight(outline, title_keys, params)
    container = sight.best_container()
    if container is None:
        return None
    headline = sight.headline_above(container)
    cutter = _Cutter(sight)
    first, end = cutter.reach(container, headline)
    return cutter.trimmed(first, end, headline)


def whole_body(outline: Outline, title_keys: tuple[str, ...], params: BodyParams) -> Body | None:
    """Return the lines of an outline that is known to be the article's container, without what is printed around them."""
    return _Cutter(Sight(outline, title_keys, params)).trimmed(0, len(outline.lines), None)


class _Cutter:
    """Cuts the article out of the lines around it."""

    def __init__(self, sight: Sight) -> None:
        self.sight = sight
        self.outline, self.params, self.noise, self.weights = sight.outline, sight.params, sight.noise, sight.weights
        self.marks: dict[int, bool] = {}  # of the lines asked so far: some are asked three times

    def reach(self, container: int, headline: int | None) -> tuple[int, int]:
        """Return the range of lines from the lead below the headline to the last part that an advertisement cut off."""
        there = self.outline.blocks[container]
        first, end = there.first, there.end
        outer = self.outline.blocks[self.outline.ancestors(container, 3)[-1]]
        if headline is not None and headline >= first:
            first = headline + 1
        elif headline is not None:
            first = self.reach_up(max(headline + 1, outer.first), first)
        cut = self.cut_tail(first, end)
        return first, cut if cut < end else self.reach_down(container, end, outer.end)

    def reach_up(self, top: int, first: int) -> int:
        found = first
        for i in range(first - 1, top - 1, -1):
            if first - i > 3 * self.params.max_gap_lines:
                break
            if self.is_piece(i):
                found = i
        return found

    def reach_down(self, container: int, end: int, limit: int) -> int:
        kinds = self.kinds_in(container)
        parent = self.outline.blocks[max(0, self.outline.blocks[container].parent)]
        within = parent.tag == "article" or is_body_name(parent.names)
        found = end
        for i in range(end, limit):
            if i - found > self.params.max_gap_lines or (self.is_end(i) and not self.goes_on(i, end, limit, kinds)):
                break
            if self.is_piece(i) and (within or self.sight.kind_of(i) in kinds):
                found = i + 1
        return found

    def goes_on(self, mark: int, end: int, limit: int, kinds: set[tuple[str, str, str]]) -> bool:
        """Return whether more text of the body's own markup follows a mark than stood before: a list in its middle."""
        if self.sight.others[mark]:
            return False
        own = {kind for kind in kinds if kind[2]}  # markup without a name is everybody's
        before = sum(
            self.weights[i]
            for i in range(max(0, end - self.params.max_gap_lines), mark)
            if self.sight.kind_of(i) in own
        )
        behind = range(mark, min(limit, mark + 2 * self.params.max_gap_lines))
        return sum(self.weights[i] for i in behind if self.sight.kind_of(i) in own) > before > 0

    def is_piece(self, i: int) -> bool:
        line = self.outline.lines[i]
        return (
            self.weights[i] >= self.params.min_piece_weight
            and not self.is_caption(line)
            and not NOTICE.match(line.text)
            and line.linked * 4 < len(line.text)
            and count_stops(line.text) > 0
        )

    def kinds_in(self, container: int) -> set[tuple[str, str, str]]:
        there = self.outline.blocks[container]
        return {self.sight.kind_of(i) for i in range(there.first, there.end) if self.weights[i] > 0}

    def trimmed(self, first: int, end: int, headline: int | None) -> Body | None:
        tail = end
        first = self.skip_head(first, end)
        end = self.cut_tail(first, end)
        kept = tuple(i for i in range(first, end) if self.belongs(i, first, end))
        while kept and self.is_date_line(kept[-1]):
            kept = kept[:-1]
        if not any(self.weights[i] > 0 and count_pauses(self.outline.lines[i].text) for i in kept):
            return None  # a row of words is a menu
        return Body(kept, kept[0], kept[-1] + 1, headline, tail)

    def skip_head(self, first: int, end: int) -> int:
        """Return the first line behind headline, date, source and share bar."""
        for i in range(first, end):
            if not self.is_head_line(i):
                return i
        return end

    def is_head_line(self, i: int) -> bool:
        line = self.outline.lines[i]
        if self.noise[line.block] or self.sight.is_headline(line) or line.linked * 2 > len(line.text):
            return True
        return self.is_date_line(i) or (
            len(line.text) <= self.params.max_mark_chars
            and not count_stops(line.text)
            and bool(META_LINE.search(line.text))
        )

    def is_date_line(self, i: int) -> bool:
        text = self.outline.lines[i].text
        return (
            len(text) <= self.params.max_date_line_chars and not count_stops(text) and DATE_LINE.match(text) is not None
        )

    def cut_tail(self, first: int, end: int) -> int:
        """Return where the article ends: at the first mark behind which less of its own kind of text follows than stood before."""
        following: dict[tuple[str, str, str], float] = {}
        for i in range(first, end):
            if self.weights[i] > 0:
                following[self.sight.kind_of(i)] = following.get(self.sight.kind_of(i), 0.0) + self.weights[i]
        before = after = 0.0
        seen: set[tuple[str, str, str]] = set()
        for i in range(first, end):
            ends = self.sight.others[i] or (before >= after and self.is_end(i) and not self.is_inside(i, end))
            if before > 0 and ends:
                return i
            if self.weights[i] > 0:
                kind = self.sight.kind_of(i)
                after += 0.0 if kind in seen else following[kind]
                seen.add(kind)
                before += self.weights[i]
                after -= self.weights[i]
        return end

    def is_end(self, i: int) -> bool:
        return self.sight.breaks[i] or self.is_mark(i)

    def is_mark(self, i: int) -> bool:
        known = self.marks.get(i)
        if known is None:
            text = self.outline.lines[i].text
            short = len(text) <= self.params.max_mark_chars
            found = NOTICE.match(text) or (short and (is_related_mark(text) or TAIL_MARK.match(text)))
            known = self.marks[i] = bool(found)
        return known

    def is_inside(self, mark: int, end: int) -> bool:
        """Return whether the body goes on below 相关链接, 关注我们 …: text stands below it in the container of the text above.

        Links do not count, nor does the teaser below a single link.
        """
        if not self.is_passing(mark):
            return False
        above = range(mark - 1, max(-1, mark - 1 - self.params.max_gap_lines), -1)
        last = next((i for i in above if self.is_piece(i)), None)
        if last is None:
            return False
        behind = range(mark + 1, min(end, mark + 1 + self.params.max_list_lines))
        return any(self.is_piece(i) and not self.is_teaser(i, mark) and self.are_brothers(last, i) for i in behind)

    def is_passing(self, i: int) -> bool:
        """Return whether a line that may end the article is also met in its middle: a heading or a call, no sign-off."""
        line = self.outline.lines[i]
        if self.noise[line.block] or len(line.text) > self.params.max_mark_chars:
            return False
        if SIGN_OFF.match(line.text) or NOTICE.match(line.text):
            return False
        return is_related_mark(line.text) or TAIL_MARK.match(line.text) is not None

    def is_teaser(self, i: int, mark: int) -> bool:
        return i - 1 > mark and self.is_link_line(i - 1) and not self.is_link_line(i - 2)

    def are_brothers(self, a: int, b: int) -> bool:
        """Return whether two lines stand in one block, or in blocks of one kind in one block."""
        one, other = (self.outline.lines[i].block for i in (a, b))
        blocks = self.outline.blocks
        return one == other or (blocks[one].parent, blocks[one].tag) == (blocks[other].parent, blocks[other].tag)

    def is_section_label(self, i: int, end: int) -> bool:
        """Return whether a heading like 相关链接 or 延伸阅读 stands right above a paragraph, not above a list of links."""
        line = self.outline.lines[i]
        if line.linked or i + 1 >= end or TAIL_MARK.match(line.text) or not self.is_piece(i + 1):
            return False
        return self.sight.is_related_heading(line) and self.is_inside(i, end)

    def belongs(self, i: int, first: int, end: int) -> bool:
        line = self.outline.lines[i]
        if self.noise[line.block] or ORIGINAL_TITLE.match(line.text) or self.is_caption(line):
            return False
        if self.is_mark(i):
            return self.is_section_label(i, end)
        if len(line.text) < 60 and (
            SERVICE.search(line.text) or (has_widget(line.text) and not count_stops(line.text))
        ):
            return False
        if len(line.text) <= self.params.max_headline_chars and self.sight.is_title(line.text):
            return False
        return not (self.is_link_line(i) and self.is_list_link(i, first, end))

    def is_caption(self, line: Line) -> bool:
        chain = [self.outline.blocks[b] for b in self.outline.ancestors(line.block, 4)]
        size = len(line.text)
        if any(b.tag == "figcaption" or (b.tag == "figure" and size <= self.params.max_headline_chars) for b in chain):
            return True
        if is_caption_name(chain[0].names) or is_caption_name(line.names):
            return True
        if size <= self.params.max_caption_chars and CAPTION_SIGN.search(line.text) and CAPTION.search(line.text):
            return True
        return line.after_image and self.is_below_picture(line, chain[0].tag)

    def is_below_picture(self, line: Line, tag: str) -> bool:
        size = len(line.text)
        if size <= self.params.max_caption_chars and CREDITED.search(line.text):
            return True
        return (
            size <= self.params.max_bare_caption_chars
            and not count_stops(line.text)
            and not line.bold
            and tag[0] != "h"
            and not NUMBERED.match(line.text)
        )

    def is_link_line(self, i: int) -> bool:
        line = self.outline.lines[i]
        return line.linked * 10 > len(line.text) * 7

    def is_list_link(self, i: int, first: int, end: int) -> bool:
        line = self.outline.lines[i]
        if line.linked * 20 >= len(line.text) * 19 and len(line.text) >= 12 and not count_stops(line.text[-2:]):
            return True
        return (i > first and self.is_link_line(i - 1)) or i + 1 == end or self.is_link_line(i + 1)
