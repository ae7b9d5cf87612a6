"""The one spelling of a URL, and the id of the page behind it.

    link ── join_url ──▶ absolute URL ── canonical_url ──▶ what we fetch and show ── page_key ──▶ what makes two pages one
                                                                                         └─ article_id

Parsing and joining are ada-url's (the WHATWG standard: what a browser would do). Ours is the list of query parameters
that say where a reader came from and not what the page is.
"""

import hashlib
import re
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Final

import ada_url

from pipeline.model import ArticleId, CanonicalUrl

MAX_URL_CHARS = 2048  # longer ones are traps or carry state; servers cut from here on
NO_PARAMS: Final = frozenset[str]()

# Parameters that never change the page, wherever they stand, by who adds them.
_TRACKING_NAMES = {
    "campaigns": "gclid dclid wbraid gbraid gclsrc fbclid msclkid yclid ttclid twclid igshid mc_cid mc_eid mkt_tok _hsenc _hsmi",
    "search engines": "bd_vid bdvid qhclickid hmsr hmpl hmcu hmkw hmci ivk_sa wfr",
    "portals and apps": "spm scm spss spsw spsf spmref spm_id_from from_spmid vd_source cre tt_from tt_medium luicode",
    "share buttons": "share_token sharetoken share_source share_from share_medium share_plat share_platform share_session_id "
    "share_tag share_times share_uid shareuid sharer_shareinfo sharer_shareinfo_first isappinstalled is_share wxfid "
    "wxshare_count wx_share weixin_share mpshare",
    "sessions": "jsessionid phpsessid",
}
_TRACKING = frozenset(name for names in _TRACKING_NAMES.values() for name in names.split())
_TRACKING_STARTS = ("utm_", "aspsessionid")
# Words too common to drop alone; beside the tracking parameter on the left they are of its family.
_FAMILIES = {
    "cre": frozenset({"mod", "loc", "r", "rfunc", "tj", "tr", "wm"}),
    "spss": frozenset({"f"}),
    "wxfid": frozenset({"fid"}),
    "wfr": frozenset({"for"}),
    "share_token": frozenset({"timestamp", "app", "req_id", "use_new_style"}),
    "vd_source": frozenset({"p_from", "plat_id", "timestamp", "unique_k"}),
    "isappinstalled": frozenset({"nsukey"}),
}
# Words that are tracking with these values only: ?from=timeline is a share, ?from=beijing may be a page.
_VALUES = {
    "from": frozenset({"singlemessage", "timeline", "groupmessage", "wechat", "weixin", "weibo", "qq", "qzone"}),
    "scene": frozenset({"timeline", "singlemessage"}),
}
# On these hosts only the parameters named here count.
_ONLY = {
    "mp.weixin.qq.com": frozenset({"__biz", "mid", "idx", "sn", "action", "album_id", "appmsgid", "itemidx", "sign"})
}

_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SESSION_PATH = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_SECOND_LEVEL = frozenset({"com", "net", "org", "gov", "edu", "ac", "co", "mil", "idv"})  # com.cn, com.tw, gov.hk
_HASH_ROUTES = ("#/", "#!/")


def join_url(url: str, base: str | None = None) -> str:
    """Return the absolute URL that a browser would go to. Raises ValueError when there is none."""
    try:
        return ada_url.URL(url, base).href
    except ValueError:
        raise ValueError(f"no URL: {_shown(url)}") from None


def canonical_url(
    url: str,
    *,
    base: str | None = None,
    keep_params: Iterable[str] = NO_PARAMS,
    drop_params: Iterable[str] = NO_PARAMS,
) -> CanonicalUrl:
    """Return the one spelling of an http(s) URL, which can be fetched. Raises ValueError that says why there is none.

    Goes: fragments (but not routes: `#/news/1`), tracking parameters, sessions, default ports, an empty query.
    Stays: scheme, host, case of the path, order of the parameters, trailing slash, percent-encoded GBK.
    `keep_params` wins over our own list, `drop_params` over everything.
    """
    parsed = _parsed(url, base)
    path = _SESSION_PATH.sub("", _tidy_percents(parsed.pathname))
    pieces = _kept(parsed, _lowered(keep_params), _lowered(drop_params))
    query = f"?{_tidy_percents('&'.join(pieces))}" if pieces else ""
    fragment = parsed.hash if parsed.hash.startswith(_HASH_ROUTES) else ""
    found = f"{parsed.protocol}//{_host(parsed)}{path}{query}{fragment}"
    if len(found) > MAX_URL_CHARS:
        raise ValueError(f"longer than {MAX_URL_CHARS} characters: {_shown(found)}")
    return CanonicalUrl(found)


def page_key(url: str) -> str:
    """Return what makes two canonical URLs one page: without the scheme, parameters sorted by name.

    http and https of one host are one site in practice; the order of parameters of *different* names never mattered.
    Of equal names it does: ?a=1&a=2 is not ?a=2&a=1.
    """
    rest = url.partition("://")[2]
    rest, hash_mark, fragment = rest.partition("#")
    place, mark, query = rest.partition("?")
    pieces = sorted(query.split("&"), key=lambda piece: piece.partition("=")[0])
    return f"{place}{mark}{'&'.join(pieces)}{hash_mark}{fragment}"


def article_id(key: str) -> ArticleId:
    """Return the id of a page or document: 16 hexadecimal digits. Of a URL, its `page_key` counts."""
    if key.startswith(("http://", "https://")):
        key = page_key(key)
    return ArticleId(hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16])


def host_of(url: str) -> str:
    """Return the host, lower case, in ASCII, without a port. Raises ValueError for what is no http(s) URL."""
    return _parsed(url, None).hostname.rstrip(".")


def site_of(host: str) -> str:
    """Return the part of a host that its owner registered, near enough: m.site.com.cn → site.com.cn. An IP address is whole."""
    labels = host.lower().split(".")
    if labels[-1].isdecimal() or len(labels) < 3:
        return host.lower()
    is_second_level = len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if is_second_level else -2 :])


def is_below(host: str, hosts: Collection[str]) -> bool:
    """Return whether the host is one of the hosts or lies below one: news.example.com below example.com."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in hosts for at in range(len(labels)))


def origin_of(url: str) -> str:
    """Return scheme, host and port: what one robots.txt speaks for. Raises ValueError for what is no http(s) URL."""
    parsed = _parsed(url, None)
    return f"{parsed.protocol}//{_host(parsed)}"


def path_shape(url: str) -> str:
    """Return the URL with numbers and parameter values blanked: all days of one calendar have one shape."""
    parsed = _parsed(url, None)
    names = sorted({piece.partition("=")[0] for piece in parsed.search[1:].split("&")})
    return f"{_host(parsed)}{re.sub('[0-9]+', '0', parsed.pathname)}?{'&'.join(names)}"


def _parsed(url: str, base: str | None) -> ada_url.URL:
    try:
        parsed = ada_url.URL(url, base)
    except ValueError:
        raise ValueError(f"no URL: {_shown(url)}") from None
    if parsed.protocol not in {"http:", "https:"}:
        raise ValueError(f"not http or https: {_shown(url)}")
    if parsed.username or parsed.password:
        raise ValueError(f"carries a user name or password: {parsed.protocol}//…@{_host(parsed)}")
    if not parsed.hostname.strip("."):
        raise ValueError(f"no host: {_shown(url)}")
    return parsed


def _host(parsed: ada_url.URL) -> str:
    host, colon, port = parsed.host.partition(":") if not parsed.host.startswith("[") else (parsed.host, "", "")
    return f"{host.rstrip('.')}{colon}{port}"


def _kept(parsed: ada_url.URL, keep: AbstractSet[str], drop: AbstractSet[str]) -> list[str]:
    pieces = [piece for piece in parsed.search[1:].split("&") if piece]
    names = {_name(piece) for piece in pieces}
    families = frozenset[str]().union(*(_FAMILIES[name] for name in names & _FAMILIES.keys()))
    only = _ONLY.get(parsed.hostname)
    kept: list[str] = []
    for piece in pieces:
        name = _name(piece)
        if name in drop:
            continue
        ours = name in families or _is_tracking(piece) or (only is not None and name not in only)
        if name in keep or not ours:
            kept.append(piece)
    return kept


def _is_tracking(piece: str) -> bool:
    name, _, value = piece.lower().partition("=")
    return name in _TRACKING or name.startswith(_TRACKING_STARTS) or value in _VALUES.get(name, NO_PARAMS)


def _name(piece: str) -> str:
    return piece.partition("=")[0].lower()


def _lowered(names: Iterable[str]) -> AbstractSet[str]:
    return {name.lower() for name in names}


def _tidy_percents(text: str) -> str:
    """Return the text with hex digits in upper case and no unreserved character encoded (RFC 3986, 6.2.2)."""
    return _PERCENT.sub(_tidy_percent, text) if "%" in text else text


def _tidy_percent(match: re.Match[str]) -> str:
    char = chr(int(match.group()[1:], 16))
    return char if char in _UNRESERVED else match.group().upper()


def _shown(url: str) -> str:
    """Return the URL fit for one line of a message."""
    return ascii(url if len(url) <= 100 else f"{url[:100]}…")
