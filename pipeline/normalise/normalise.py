"""The stage as a whole: its parameters, its steps in order, and the same for a bare text.

received ─▶ hygiene ─▶ label ─▶ repair ─▶ convert
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from pipeline.model import Article, OutputScript
from pipeline.normalise.hygiene import HygieneParams, strip_noise, strip_text_noise
from pipeline.normalise.repair import RepairParams, repair_damage, repair_text
from pipeline.normalise.script import convert_script, convert_text, label_script

Step: TypeAlias = Callable[[Article], Article]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormaliseParams:
    """All that this stage can be told."""

    hygiene: HygieneParams = field(default_factory=HygieneParams)
    repair: RepairParams = field(default_factory=RepairParams)
    script: OutputScript = "keep"  # keep: damage is flagged and stays; else the text is mended and converted


def article_steps(params: NormaliseParams) -> tuple[Step, ...]:
    """Return the steps in their order: characters first, for all that follows reads them."""
    return (
        lambda article: strip_noise(article, params.hygiene),
        label_script,
        lambda article: repair_damage(article, params.repair, params.script),
        lambda article: convert_script(article, params.script),
    )


def normalise_article(article: Article, params: NormaliseParams) -> Article:
    """Return the article in one spelling."""
    for step in article_steps(params):
        article = step(article)
    return article


def normalise_text(text: str, params: NormaliseParams) -> str:
    """Return the text in one spelling. Its lines stay, blank ones too, without white space at their ends."""
    clean = strip_text_noise(text, params.hygiene)
    if params.script == "keep":
        return clean
    return convert_text(repair_text(clean, params.repair, params.script), params.script)
