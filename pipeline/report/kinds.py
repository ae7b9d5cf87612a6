"""What the kinds of edits are called, and which of them share a colour."""

from typing import Final

# The families are classes of style.css; the colour never tells alone, each mark also says its kind in words.
NOTICE, FURNITURE, PROMOTION, REPEAT, CHARACTER = "notice", "furniture", "promotion", "repeat", "character"

FAMILIES: Final = {
    NOTICE: "声明与署名",
    FURNITURE: "页面零件",
    PROMOTION: "推广与植入",
    REPEAT: "重复",
    CHARACTER: "字符与版式",
}

_KINDS: Final = {
    "disclaimer": ("声明", NOTICE),
    "copyright": ("版权", NOTICE),
    "byline": ("署名", NOTICE),
    "source_note": ("来源说明", NOTICE),
    "title": ("标题重现", NOTICE),
    "nav": ("导航", FURNITURE),
    "crumb": ("面包屑", FURNITURE),
    "footer": ("页脚", FURNITURE),
    "placeholder": ("占位符", FURNITURE),
    "caption": ("图注", FURNITURE),
    "related": ("相关阅读", FURNITURE),
    "stats": ("计数", FURNITURE),
    "paywall": ("付费墙", FURNITURE),
    "template": ("站点模板", FURNITURE),
    "soft_cta": ("作者的提问", NOTICE),
    "promo": ("推广", PROMOTION),
    "cta": ("引导语", PROMOTION),
    "ad": ("广告", PROMOTION),
    "psa": ("公益提示", PROMOTION),
    "spam": ("植入", PROMOTION),
    "repeat": ("重复", REPEAT),
    "private": ("遮去的隐私", NOTICE),
    "join": ("接段", CHARACTER),
    "layout": ("版式", CHARACTER),
    "width": ("全半角", CHARACTER),
    "space": ("空格", CHARACTER),
    "invisible": ("不可见字符", CHARACTER),
    "entity": ("实体", CHARACTER),
    "mojibake": ("乱码", CHARACTER),
    "radical": ("部首", CHARACTER),
    "pinyin": ("注音", CHARACTER),
    "script": ("字形", CHARACTER),
    "script_damage": ("字形修复", CHARACTER),
    "term": ("用词", CHARACTER),
    "term_damage": ("用词修复", CHARACTER),
}


def kind_name(kind: str) -> str:
    """Return the kind as a person reads it: 声明 disclaimer; a kind of the user's own is its own name."""
    return f"{_KINDS[kind][0]} {kind}" if kind in _KINDS else kind


def family_of(kind: str) -> str:
    """Return the family of a kind; what is not known is a notice, as most rules of users are."""
    return _KINDS[kind][1] if kind in _KINDS else NOTICE
