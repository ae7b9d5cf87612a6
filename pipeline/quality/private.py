"""Private data: phone numbers, identity numbers, bank cards, addresses of mail, chat and network, number plates.

    text ── fold ── candidates by their form ── check digits, neighbours, cues ──▶ Found: private, or kept by a rule
    article ── mask_private ──▶ a typed placeholder for each, every one an edit: 13800138000 → <手机号>

Nothing is looked for unless asked. What is published on purpose stays, and a flag names the rule: short numbers of the state
and of companies (12345, 95588), 400 and 800 numbers, and a number that its clause calls a service line.
Patterns read folded text, so width and script do not matter; places are of the text as it stands.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Final, get_args

from pipeline.edits import Change
from pipeline.errors import UsageError
from pipeline.fold import fold
from pipeline.model import Article, Flag
from pipeline.quality.found import Context, Found, PrivateKind
from pipeline.quality.private_names import names_in
from pipeline.quality.private_numbers import numbers_in

RULE: Final = __name__.removeprefix("pipeline.")
EDIT_KIND: Final = "private"
KEPT_FLAG: Final = "service_number"
KINDS: Final[tuple[PrivateKind, ...]] = get_args(PrivateKind)
ALL: Final = "pii"  # the word for all of them
PLACEHOLDERS: Final[Mapping[PrivateKind, str]] = MappingProxyType(
    {
        "mobile": "<手机号>",
        "landline": "<电话号码>",
        "identity": "<身份证号>",
        "card": "<银行卡号>",
        "mail": "<邮箱>",
        "wechat": "<微信号>",
        "qq": "<QQ号>",
        "plate": "<车牌号>",
        "address": "<IP地址>",
    }
)


def kinds_of(words: str) -> tuple[PrivateKind, ...]:
    """Return the kinds that "pii" or "mobile,mail" names, in our order. Raises UsageError for an unknown one."""
    wanted = {word.strip() for word in words.split(",") if word.strip()}
    unknown = sorted(wanted - {*KINDS, ALL})
    if unknown or not wanted:
        raise UsageError(f"--mask: no kind {', '.join(unknown) or 'given'}. There are: {ALL}, {', '.join(KINDS)}")
    return tuple(kind for kind in KINDS if ALL in wanted or kind in wanted)


def mask_private(article: Article, kinds: Collection[PrivateKind]) -> Article:
    """Return the article with a placeholder for each private place of these kinds, and a flag for what a rule kept."""
    found = find_private(article.text, kinds) if kinds else ()
    if not found:
        return article
    kept = [
        Flag(name=KEPT_FLAG, detail=f"{article.text[one.start : one.end]}: {RULE}.{one.rule}")
        for one in found
        if one.is_kept
    ]
    changes = [
        Change(start=one.start, end=one.end, new=PLACEHOLDERS[one.kind], rule=f"{RULE}.{one.rule}", kind=EDIT_KIND)
        for one in found
        if not one.is_kept
    ]
    return article.changed(changes).flagged(*kept)


def find_private(text: str, kinds: Collection[PrivateKind] = KINDS) -> tuple[Found, ...]:
    """Return the private places of these kinds and those that a rule keeps, in order; none overlaps another."""
    context = Context(fold(text), text)
    found = [one for one in (*names_in(context), *numbers_in(context)) if one.kind in kinds]
    return tuple(_apart(sorted(found, key=lambda one: (one.start, -one.end, KINDS.index(one.kind)))))


def _apart(found: list[Found]) -> Iterator[Found]:
    at = 0
    for one in found:
        if one.start >= at:
            yield one
            at = one.end
