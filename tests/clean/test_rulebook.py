import pickle

from pipeline.clean import rulebook
from pipeline.clean.rulebook import RuleFile, load_rulebook, shipped_files
from pipeline.clean.rulefiles import read_rules, rule_from_json, rule_to_json
from pipeline.fold import fold

GOOD = """
[[rule]]
id = "mine.lucky_draw"
kind = "promo"
strength = "strong"
position = "tail"
why = "Our club prints it under each text."
pattern = '''参加抽奖（\\d+元）'''
examples = ["参加抽奖(50元)", "參加抽獎（５０元）"]
counter_examples = ["参加抽奖的人很多"]
"""


def test_user_rule_joins_the_shipped_ones():
    book = load_rulebook((RuleFile("mine.toml", GOOD),))
    rule = book.find("mine.lucky_draw")
    assert rule is not None
    assert rule.origin == "mine.toml:3"
    assert rule.position == ("tail",)
    assert len(book.rules) == len(load_rulebook().rules) + 1
    assert book.find("mine.unknown") is None


def test_the_digest_changes_with_the_rules_and_only_with_them():
    assert load_rulebook().digest == load_rulebook(()).digest
    assert load_rulebook((RuleFile("mine.toml", GOOD),)).digest != load_rulebook().digest
    same = RuleFile("elsewhere.toml", GOOD)
    assert load_rulebook((same,)).digest == load_rulebook((RuleFile("mine.toml", GOOD),)).digest


def test_same_id_overrides_field_by_field():
    off = RuleFile("mine.toml", '[[rule]]\nid = "cta.counter"\nmode = "off"\n')
    book = load_rulebook((off,))
    rule = book.find("cta.counter")
    assert rule is not None
    assert (rule.mode, rule.kind) == ("off", "cta")
    assert rule not in book.candidates([fold("赞(0)")], None).matching(0, "tail", cutting=True)


def test_rulebook_travels():
    book = pickle.loads(pickle.dumps(load_rulebook()))
    assert book.digest == load_rulebook().digest
    assert book.candidates([fold("赞(0)")], None).matching(0, "tail", cutting=True)


def test_candidates_are_told_line_by_line():
    book = load_rulebook()
    lines = [fold(line) for line in ("责任编辑：张三", "今天天气很好。", "未经授权，不得转载。")]
    candidates = book.candidates(lines, None)
    found = [{rule.id for rule in candidates.matching(line, "tail", cutting=True)} for line in range(3)]
    assert found[0] == {"byline.editor"}
    assert found[1] == set()
    assert "copyright.no_reprint" in found[2]


def test_rules_travel():
    rules = read_rules(shipped_files(), ())
    assert tuple(rule_from_json(rule_to_json(rule)) for rule in rules) == rules


def test_a_table_of_other_rule_files_is_not_asked(monkeypatch):
    monkeypatch.setattr(rulebook, "shipped_table", lambda: {"digest": "other", "rules": []})
    load_rulebook.cache_clear()
    stale = load_rulebook()
    load_rulebook.cache_clear()
    assert stale.rules == read_rules(shipped_files(), ())


def test_rules_without_words_are_told_by_how_a_line_begins():
    book = load_rulebook()
    ids = {book.rules[number].id for number in book.bare("赞", "赞")}
    assert "nav.buttons" in ids
    assert "nav.buttons" not in {book.rules[number].id for number in book.bare("今", "今")}
    assert set(book.bare("[", "赞")) >= set(book.bare("赞", "赞"))


ANYHOW = """
[[rule]]
id = "mine.number_zero"
kind = "promo"
strength = "strong"
position = "tail"
max_len = 80
why = "Our club counts so."
pattern = "[〇零]+[号號]"
examples = ["这是〇零号"]
"""


def test_a_rule_that_may_begin_anyhow_is_tried_on_every_line_that_is_short_enough():
    book = load_rulebook((RuleFile("mine.toml", ANYHOW),))
    assert book.longest_bare == 80
    candidates = book.candidates([fold("他说这是零号"), fold("今" * 90 + "零号"), "今天"], None)
    assert [rule.id for rule in candidates.matching(0, "tail", cutting=True)] == ["mine.number_zero"]
    assert list(candidates.found) == [0]
