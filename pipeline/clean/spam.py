"""Strings that somebody injected into sentences and titles: betting brands and what their sites hang on them.

    ……业内人士指出leyu乐鱼官方网站，其售后……  ──▶  ……业内人士指出，其售后……

A token is cut only where its left edge is sure: at a listed brand, or at latin letters that belong to it. A name that has
an honest meaning needs more: several words of a site on it, or that it stands loose in its sentence. What is only
suspect is flagged. An article that is itself about betting or fraud names such sites: there nothing is cut.
What the copies of a passage have shown to be injected (see clean.repeats) goes in the rest of the article too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.clean.injected import find_tokens, find_unlisted, may_be_injected
from pipeline.clean.loose import stands_loose
from pipeline.clean.places import Place, apart, cuts, in_title, is_about_betting, suspect, with_clean_title
from pipeline.fold import fold
from pipeline.model import Article

RULE = __name__.removeprefix("pipeline.")
VOTE_RULE = "clean.repeats.copy_vote"  # who signs what the copies have shown


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamParams:
    """When a string goes and when it is only flagged."""

    cut_score: int = 3  # of Token.score: two traits beside the name of a betting site, three beside an honest word
    flag_score: int = 2  # a name with one trait, "米兰官网", is worth a look
    unlisted_site_words: int = 3  # in a row behind a trade: then latin letters that no list has are a name to cut too
    loose_site_words: int = (
        2  # the same where the name stands loose; one will do for lanan蓝岸, a name and its spelling
    )
    topic_words: int = 2  # different words about betting, fraud or police outside the tokens: the article is about it
    echo_chars: int = 6  # a string that the copies have shown goes elsewhere too; shorter ones are words


def strip_spam(article: Article, params: SpamParams) -> Article:
    """Return the article without injected strings in text and title."""
    text, title = article.text, article.title or ""
    folded, folded_title = fold(text), fold(title) if title else ""
    echoes = list(_echo_places(article, folded, params))
    if not echoes and not may_be_injected(f"{folded_title}\n{folded}" if title else folded):  # most articles
        return article
    places = apart([*_token_places(folded, params), *echoes])
    title_places = [in_title(folded_title, place) for place in apart(_token_places(folded_title, params))]
    if not places and not title_places:
        return article
    shift = len(folded_title) + 1
    behind = [replace(place, start=place.start + shift, end=place.end + shift) for place in places]
    if is_about_betting(f"{folded_title}\n{folded}", [*title_places, *behind], params.topic_words):
        places = [replace(place, is_sure=False) for place in places]
        title_places = [replace(place, is_sure=False) for place in title_places]
    flags = [suspect(text, place) for place in places if not place.is_sure]
    flags += [suspect(title, place) for place in title_places if not place.is_sure]
    cut = article.changed(cuts(folded, [place for place in places if place.is_sure], RULE))
    return with_clean_title(cut, [place for place in title_places if place.is_sure]).flagged(*flags)


def _token_places(folded: str, params: SpamParams) -> Iterator[Place]:
    for token in find_tokens(folded):
        is_named = token.after_verb and not (token.has_latin or (token.is_strong and token.site_words > 1))
        is_loose = token.site_words > 0 and not token.after_verb and stands_loose(folded, token.start, token.end)
        is_sure = is_loose or (token.score >= params.cut_score and token.is_site and not is_named)
        if is_sure or token.score >= params.flag_score:
            yield Place(token.start, token.end, is_sure, f"{token.name}: score {token.score}")
    for token in find_unlisted(folded):
        is_known = token.has_latin and token.score >= params.cut_score
        is_spelled = not token.name.isascii() or token.site_words >= params.loose_site_words
        is_loose = is_spelled and stands_loose(folded, token.start, token.end)
        is_sure = is_known or is_loose or token.site_words >= params.unlisted_site_words
        yield Place(token.start, token.end, is_sure and not token.after_verb, f"{token.name}: score {token.score}")


def _echo_places(article: Article, folded: str, params: SpamParams) -> Iterator[Place]:
    """Yield where a string stands that the copies of a passage have shown to be injected."""
    shown = {fold(edit.old).strip() for edit in article.edits if edit.rule == VOTE_RULE}
    for string in sorted(shown):
        if len(string) >= params.echo_chars and "\n" not in string:
            for match in re.finditer(re.escape(string), folded):
                yield Place(match.start(), match.end(), is_sure=True, reason="shown by the copies of a passage")
