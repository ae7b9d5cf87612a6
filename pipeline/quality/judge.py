"""Whether an article stays, by the user's lists and conditions, and with which signals.

article ── lists ── signals ── conditions ──▶ Article | Rejected
"""

from dataclasses import replace

from pipeline.model import Article, Rejected
from pipeline.quality.params import QualityParams
from pipeline.quality.select import select_article
from pipeline.quality.signals import measure
from pipeline.quality.wordlists import reject_listed


def judge(article: Article, params: QualityParams) -> Article | Rejected:
    """Return the article with its signals if they were asked for, or its rejection: by a list, or by a clause and a value."""
    outcome = reject_listed(article, params.lists) if params.lists else article
    if isinstance(outcome, Rejected) or not params.measures:
        return outcome
    signals = measure(article, lists=params.lists)
    if params.identify_language:
        from pipeline.quality.identify import identify  # noqa: PLC0415 - for those who ask

        signals = identify(signals, article.text)
    return select_article(replace(article, signals=signals), signals, params.select)
