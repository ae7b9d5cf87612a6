"""Each shipped rule is proven on its own examples, alone and in an article, beside all other rules."""

import pytest

from pipeline.clean.boilerplate import BoilerplateParams, strip_boilerplate
from pipeline.clean.rulebook import Rule, load_rulebook
from pipeline.clean.rulefiles import find_faults
from pipeline.model import Article, ArticleId, CanonicalUrl

RULES = load_rulebook().rules
BODY = (
    "市里昨天开会，部署今冬明春的供暖和居民服务，要求各部门提前做好准备，把困难想在前面。",
    "会议听取了住建部门的汇报，并就老旧小区的管网改造定下了时间和分工，各区随后报送进度。",
    "与会的人还实地看了两处换热站，向值班工人了解设备运行和群众报修的情况，直到傍晚才离开。",
    "据介绍，今年全市改造了四十多公里管线，三千多户居民家里的温度比去年这个时候高了两度多。",
    "下一步，市里将把改造范围扩大到郊区的二十个小区，预计明年入冬以前全部完工并投入使用。",
)


def cleaned(line: str, zone: str, host: str | None) -> tuple[str, ...]:
    at = {"head": 0, "body": 2, "tail": len(BODY)}[zone]
    text = "\n".join((*BODY[:at], line, *BODY[at:]))
    url = CanonicalUrl(f"https://{host}/a") if host else None
    article = Article(id=ArticleId("a"), url=url, source="s").with_text(text)
    return strip_boilerplate(article, BoilerplateParams(), load_rulebook()).paragraphs


def zones_of(rule: Rule) -> tuple[str, ...]:
    """Where one line of the rule alone is enough."""
    return tuple(zone for zone in rule.position if rule.strength == "strong" or zone != "body")


CUTTING = [
    pytest.param(rule, line, zone, id=f"{rule.id}-{zone}-{number}")
    for rule in RULES
    if rule.action != "flag" and rule.strength != "weak"
    for zone in zones_of(rule)
    for number, line in enumerate(rule.examples)
]
STAYING = [
    pytest.param(rule, line, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, line in enumerate(rule.counter_examples)
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_proves_itself(rule):
    assert list(find_faults(rule)) == []


@pytest.mark.parametrize(("rule", "line", "zone"), CUTTING)
def test_example_goes(rule, line, zone):
    assert cleaned(line, zone, rule.host) == BODY


@pytest.mark.parametrize(("rule", "line"), STAYING)
def test_near_miss_stays_in_the_body_and_at_the_end(rule, line):
    assert line in cleaned(line, "body", rule.host)
    assert line in cleaned(line, "tail", rule.host)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_explains_itself(rule):
    assert rule.why.endswith((".", ")")) or rule.why[-1].isascii()
    assert rule.counter_examples, "a rule without a near miss has not been thought through"
    assert rule.id.split(".")[0] in {
        "byline", "caption", "copyright", "cta", "disclaimer", "footer", "nav", "paywall", "placeholder", "promo", "psa",
        "stats",
    }  # fmt: skip
