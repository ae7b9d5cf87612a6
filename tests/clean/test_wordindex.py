from pipeline.clean.wordindex import WordIndex, hits_in


def met(index: WordIndex, lines: list[str]) -> dict[int, set[int]]:
    found = index.patterns(index.hits("\n".join(lines)), lines)
    return {line: set(numbers) for line, numbers in found.items()}


def test_hits_are_dealt_out_to_the_lines_that_they_stand_in():
    index = WordIndex(["声明", "责编"])
    assert met(index, ["好", "", "声明，声明", "好", "责编声明", ""]) == {2: {0}, 4: {0, 1}}
    assert met(index, []) == {}


def test_patterns_without_words_have_no_part_in_it():
    index = WordIndex([r"\d+", "声明"])
    assert met(index, ["你好 12", "声明，声明"]) == {1: {1}}


def test_without_words_nothing_is_looked_for():
    index = WordIndex([r"\d"])
    assert index.hits("声明") == []
    assert met(index, ["声明"]) == {}


def test_both_sets_must_stand_in_one_line():
    index = WordIndex([r"转载.{0,9}出处", "责编"])
    assert met(index, ["转载", "出处"]) == {}
    assert met(index, ["转载请注明出处", "责编"]) == {0: {0}, 1: {1}}
    assert met(index, ["转载请注明出处", "转载"]) == {0: {0}}


def test_any_kind_of_match_will_do():
    index = WordIndex([r"转载.{0,9}出处|责编\d"])
    assert met(index, ["责编1", "出处", "请勿转载，出处如下"]) == {0: {0}, 2: {0}}


def test_a_line_that_is_too_long_for_a_pattern_is_not_offered_to_it():
    index = WordIndex(["声明", "声明", "声明"], [4, 2, 8])
    assert met(index, ["声明"]) == {0: {0, 1, 2}}
    assert met(index, ["声明。。"]) == {0: {0, 2}}
    assert met(index, ["声明。。。"]) == {0: {2}}
    assert met(index, ["声明" * 5]) == {}


def test_a_line_that_begins_otherwise_is_not_offered_to_a_pattern():
    index = WordIndex(["^责任编辑", r"^\d+条评论", "评论"])
    assert met(index, ["责任编辑", "本期责任编辑", "【责任编辑"]) == {0: {0}, 2: {0}}
    assert met(index, ["12条评论", "没有12条评论"]) == {0: {1, 2}, 1: {2}}


def test_words_of_a_second_set_make_no_line_worded():
    index = WordIndex([r"注明来源.{0,9}转载"])
    lines = ["转载", "注明来源", "没有"]
    assert [index.is_telling(index.hits(line)) for line in lines] == [False, True, False]


def test_hits_of_a_part_have_places_of_the_part():
    index = WordIndex(["声明", "编辑", "责任"])
    hits = index.hits("声明责任编辑声明")
    number = {hit[0] for hit in index.hits("编辑")}
    assert {(start, end) for _, start, end in hits_in(hits, 2, 6)} == {(0, 2), (2, 4)}
    assert {(word, start, end) for word, start, end in hits_in(hits, 3, 6)} == {(*number, 1, 3)}
    assert hits_in(hits, 3, 5) == []
    assert len(hits) == 4


def test_surrogates_move_no_place():
    index = WordIndex(["声明"])
    assert met(index, ["\ud800\udc00", "声明"]) == {1: {0}}
