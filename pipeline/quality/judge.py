"""Whether an article stays, by the user's lists and conditions.

article ── lists ── signals ── conditions ──▶ Article | Rejected
"""

from pipeline.model import Article, Rejected
from pipeline.quality.params import QualityParams
from pipeline.quality.select import select_article
from pipeline.quality.signals import measure
from pipeline.quality.wordlists import reject_listed


def judge(article: Article, params: QualityParams) -> Article | Rejected:
    """Return the article, or its rejection: by a list, or by the clause and the value that decided."""
    outcome = reject_listed(article, params.lists) if params.lists else article
    if isinstance(outcome, Rejected) or not params.select:
        return outcome
    return select_article(article, measure(article, lists=params.lists), params.select)
