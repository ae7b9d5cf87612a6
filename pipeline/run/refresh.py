"""Pages that only send the reader on (`<meta http-equiv=refresh>`) are redirects, and vetted like them.

url ─ ask ─▶ a page that only sends us on ─ scheme, robots, number ─▶ ask ─▶ … ─▶ what stands there
"""

from collections.abc import Sequence
from dataclasses import replace

from pipeline.fetch.answers import Failed, Fetched, Refused, Validators
from pipeline.fetch.verdict import judge
from pipeline.run.asking import Answer, Asker
from pipeline.run.discover import Place
from pipeline.run.manners import SiteRules
from pipeline.urls import canonical_url, join_url

MAX_REFRESHES = 3  # in a row; front pages of old sites need one, some two: frame, then language
_LOOKED_AT = 64 << 10  # bytes of a page; the tag stands in its head


async def past_refreshes(asker: Asker, url: str, place: Place, validators: Validators | None) -> tuple[Answer, str]:
    """Return what stands at the end, as the answer to the first address, and the address that was asked last."""
    asked = [url]
    answer = await asker.ask(url, place, validators)
    while isinstance(answer, Fetched) and (target := refresh_target(answer)) is not None:
        asker.note(asked[-1], answer, place)
        hindrance = _hindrance(answer, target, asked, allow_downgrade=place.source.allow_downgrade)
        if hindrance is not None:
            return replace(hindrance, url=url), asked[-1]
        asked.append(target)
        answer = await asker.ask(target, place)
        if isinstance(answer, SiteRules):
            answer = _forbidden(target, answer)
    return (answer if answer is None or isinstance(answer, SiteRules) else replace(answer, url=url)), asked[-1]


def refresh_target(page: Fetched) -> str | None:
    """Return where a page that has nothing else to say sends us; None: it is a page, or it leads nowhere else."""
    if b"refresh" not in page.body[:_LOOKED_AT].lower():
        return None
    verdict = judge(status=page.status, headers=page.headers, body=page.body, content_type=page.content_type)
    if verdict.kind != "refresh" or verdict.refresh_url is None:
        return None
    try:
        target = canonical_url(join_url(verdict.refresh_url, page.final_url))
        return None if target == canonical_url(page.final_url) else target
    except ValueError:
        return None


def _hindrance(page: Fetched, target: str, asked: Sequence[str], *, allow_downgrade: bool) -> Failed | Refused | None:
    """Return why we do not follow; None: we do."""
    if page.final_url.startswith("https:") and target.startswith("http:") and not allow_downgrade:
        return Refused(url=page.url, final_url=target, reason="url", detail=f"sent from https to {target}")
    if target in asked or len(asked) > MAX_REFRESHES:
        return Failed(url=page.url, final_url=target, reason="redirects", detail=f"sent on to {target}, and on")
    return None


def _forbidden(target: str, rules: SiteRules) -> Failed | Refused:
    if rules.trouble:
        return Failed(url=target, final_url=target, reason="connect", detail=f"robots.txt: {rules.trouble}")
    return Refused(url=target, final_url=target, reason="robots", detail=f"sent on to {target}")
