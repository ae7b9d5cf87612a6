"""The stage: private data are masked, then the article stays or goes by the user's lists and conditions.

article ── mask ──▶ Article ── lists ── signals ── conditions ──▶ Article | Rejected
"""

from pipeline.model import Article, Rejected
from pipeline.quality.params import QualityParams
from pipeline.quality.private import mask_private
from pipeline.quality.select import select_article
from pipeline.quality.signals import measure
from pipeline.quality.wordlists import reject_listed


def mask(article: Article, params: QualityParams) -> Article:
    """Return the article with a placeholder for each private place of the kinds that are asked for."""
    return mask_private(article, params.mask)


def judge(article: Article, params: QualityParams) -> Article | Rejected:
    """Return the article, or its rejection: by a list, or by the clause and the value that decided."""
    outcome = reject_listed(article, params.lists) if params.lists else article
    if isinstance(outcome, Rejected) or not params.select:
        return outcome
    return select_article(article, measure(article, lists=params.lists), params.select)
