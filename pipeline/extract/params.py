"""What extraction can be told. Apart from what extracts, so that a run on texts loads none of that: it takes .15 s."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSelectors:
    """CSS selectors of one site; None: the generic extractor decides."""

    title: str | None = None
    body: str | None = None
    author: str | None = None
    date: str | None = None
    remove: str | None = None  # what goes before anything is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyParams:
    """What counts as an article's text. Measured on 125 real pages of 62 Chinese sites."""

    max_line_weight: float = 400.0  # characters; one endless line must not outweigh an article
    min_han_ratio: float = 0.3  # of a line; below it a line of a Chinese page is code, consent text or a list of names
    pause_share: float = 0.4  # of the weight of a line with commas only: the first line of a list, a caption
    bare_share: float = 0.1  # of the weight of a line without any mark: a heading, a menu
    min_bare_chars: int = 8  # of such a line
    max_link_ratio: float = 0.5  # of a line; above it the line is a link, not a text
    headline_pull: float = 5.0  # factor on a container right below the headline
    headline_reach: float = 150.0  # characters of other text below the headline until the pull is down to a half
    max_headline_chars: int = 120  # a line this long is no headline
    min_piece_weight: float = 20.0  # characters of running text in a line that continues the body outside its container
    max_gap_lines: int = 8  # lines of furniture (an advertisement) between two parts of a body
    max_list_lines: int = 40  # of a list of links in the middle of a body; behind a longer one the body is over
    max_mark_chars: int = 60  # a longer line that begins like a tail marker is a sentence
    max_date_line_chars: int = 40  # of a line that begins with a date and is nothing more
    max_caption_chars: int = 90
    max_bare_caption_chars: int = 30  # of a line below a picture that has no sentence mark and no bold
    max_headlines: int = 50  # lines that print the title; more is a trap
    headline_cover: float = 0.6  # share of the page's title that a line must hold to be the headline
    other_article: float = 0.1  # factor on a container that has another article's heading between it and the headline


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractParams:
    """How pages become articles."""

    selectors: SiteSelectors | None = None
    body: BodyParams = field(default_factory=BodyParams)
    min_han: int = 30  # Han characters of an article; below it a page shows a teaser, a caption or nothing
