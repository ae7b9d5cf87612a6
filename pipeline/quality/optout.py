"""Whether a page says that it is not for training or data mining.

Headers and meta elements say it as signs, which become a flag "opt_out" (of a crawl by the fetcher, of pages in files by the
flow); what stands in words, cleaning has mostly removed as a copyright line by then: the edits are read too.
"""

import re
from collections.abc import Iterable, Iterator

from pipeline.edits import Edit
from pipeline.fold import fold
from pipeline.model import Article, Flag

# An interdiction, and within one sentence what is forbidden.
_NO = r"(?:不得|禁止|严禁|拒绝|不允许|不可|请勿|切勿|不同意|不授权|未经[^.;\n]{0,24}(?:许可|授权|同意)|保留[^.;\n]{0,12}权利|prohibited|may not|not be used)"
_USE = (
    r"(?:(?:训练|训练数据|喂养|调优|微调)|(?:文本|数据|资料|文字)(?:与|和|及|、)?(?:数据)?(?:挖掘|探勘)"
    r"|text and data mining|train(?:ing)?[^.\n]{0,30}(?:model|ai\b|artificial))"
)
_MODEL = r"(?:人工智能|ai\b|大模型|大语言模型|语言模型|机器学习|模型|挖掘|探勘|mining|model|artificial)"
_REFUSAL = re.compile(rf"{_NO}(?=[^.\n]{{0,120}}{_MODEL})[^.\n]{{0,80}}{_USE}")
HINTS = ("训练", "喂养", "调优", "微调", "挖掘", "探勘", "mining", "train")  # each use that a refusal names holds one
_KINDS = frozenset({"copyright", "disclaimer", "footer"})  # of edits that may hold such a sentence


def says_no(folded: str, edits: Iterable[Edit]) -> bool:
    """Return whether the folded text, or what was removed from it as a notice, refuses training or data mining."""
    notices = [edit.old for edit in edits if edit.kind in _KINDS]
    return (bool(folded) and _refuses(folded)) or (bool(notices) and _refuses(fold("\n".join(notices))))


def _refuses(folded: str) -> bool:
    return any(hint in folded for hint in HINTS) and _REFUSAL.search(folded) is not None


FLAG = "opt_out"
_HEAD_BYTES = 64 << 10  # heads of news pages, with their inline scripts, end before
_OPT_OUT_WORDS = frozenset({"noindex", "none", "noarchive", "nocache", "noai", "noimageai", "nosnippet"})
_META_TAG = re.compile(r"<meta\b[^<>]{0,500}", re.IGNORECASE)
_META_NAME = re.compile(
    r"(?:name|http-equiv)\s*=\s*[\"']?\s*(robots|googlebot|zhnews|tdm-reservation|x-robots-tag)\b", re.IGNORECASE
)
_META_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)|'([^']*)|([^\s>\"']+))", re.IGNORECASE)


def flag_page(article: Article, body: bytes) -> Article:
    """Return the article of a page with a flag for what the page's meta elements forbid."""
    signs = dict.fromkeys(
        page_signs(body[:_HEAD_BYTES].decode("latin-1"))
    )  # names and words of these elements are ASCII
    return article.flagged(Flag(name=FLAG, detail=", ".join(signs))) if signs else article


def page_signs(html: str) -> Iterator[str]:
    """Yield what the meta elements of a page forbid: "noarchive", "tdm-reservation"."""
    for tag in _META_TAG.findall(html):
        name, content = _META_NAME.search(tag), _META_CONTENT.search(tag)
        if name is None or content is None:
            continue
        value = next((group for group in content.groups() if group is not None), "")
        if name.group(1).lower() == "tdm-reservation":
            if value.strip() == "1":
                yield "tdm-reservation"
        else:
            yield from robots_words(value)


def robots_words(value: str) -> Iterator[str]:
    """Yield the words that forbid something. A word behind "otherbot:" is for that one only."""
    for part in value.lower().split(","):
        agent, colon, words = part.rpartition(":")
        if colon and agent.strip() not in {"*", "zhnews"}:
            continue
        for word in words.split():
            if word in _OPT_OUT_WORDS:
                yield word
