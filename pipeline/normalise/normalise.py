"""The stage as a whole: its parameters, its steps in order, and the same for a bare text.

received ─▶ hygiene ─▶ label ─▶ repair ─▶ convert (─▶ terms)
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from pipeline.model import Article, OutputScript
from pipeline.normalise.census import Kind, census
from pipeline.normalise.hygiene import HygieneParams, strip_noise, strip_text_noise
from pipeline.normalise.regional import Terms, convert_article_terms, convert_terms, has_region
from pipeline.normalise.repair import RepairParams, repair_damage, repair_text
from pipeline.normalise.script import convert_script, convert_text, label_script

Step: TypeAlias = Callable[[Article], Article]


@dataclass(frozen=True, slots=True, kw_only=True)
class NormaliseParams:
    """All that this stage can be told."""

    hygiene: HygieneParams = field(default_factory=HygieneParams)
    repair: RepairParams = field(default_factory=RepairParams)
    script: OutputScript = "keep"  # keep: damage is flagged and stays; else the text is mended and converted
    terms: Terms = "keep"  # convert: words of other regions become those of the script's; "hant" and "keep" have none

    def __post_init__(self) -> None:
        if self.terms == "convert" and not has_region(self.script):
            raise ValueError(f"script {self.script!r} has no region whose words could be taken: use hans, tw or hk")


def article_steps(params: NormaliseParams) -> tuple[Step, ...]:
    """Return the steps in their order: characters first, for all that follows reads them."""
    return (
        lambda article: strip_noise(article, params.hygiene),
        label_script,
        lambda article: _in_script(article, params),
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
    text = clean
    for _ in range(_rounds(clean)):
        text = convert_text(repair_text(text, params.repair, params.script), params.script)
    return text if params.terms == "keep" else convert_terms(text, clean, params.script)


def _in_script(article: Article, params: NormaliseParams) -> Article:
    if params.script == "keep":
        return repair_damage(article, params.repair, "keep")
    received = article
    for _ in range(_rounds(article.text)):
        article = convert_script(repair_damage(article, params.repair, params.script), params.script)
    return article if params.terms == "keep" else convert_article_terms(article, received, params.script)


def _rounds(text: str) -> int:
    """Return how often to mend and convert: characters of the other script in a line hide the damage beside them."""
    counts = census(text)
    simplified = counts[Kind.HANS] or counts[Kind.LOST]  # 锟 of 锟斤拷 has a Traditional form, too
    return 2 if simplified and (counts[Kind.HANT] or counts[Kind.WEAK_HANT]) else 1
