"""CSS selectors that users write."""

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError


def select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the nodes that a selector means. Raises ValueError when it is none."""
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError) as exc:
        raise ValueError(f"{selector!r} is no CSS selector: {exc}") from None


def check_selector(selector: str) -> None:
    """Raise ValueError when this is no CSS selector."""
    select(LexborHTMLParser("<p>"), selector)
