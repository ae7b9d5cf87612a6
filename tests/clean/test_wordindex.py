from pipeline.clean.wordindex import WordIndex, ends_of, hits_in


def met(index: WordIndex, lines: list[str]) -> dict[int, set[int]]:
    return index.patterns(index.hits("\n".join(lines)), ends_of(lines))


def test_ends_include_the_break():
    assert ends_of(["一二", "", "三"]) == [3, 4, 6]


def test_wordless_patterns_are_known():
    index = WordIndex([r"\d+", "声明"])
    assert index.wordless == (0,)
    assert met(index, ["你好", "声明，声明"]) == {1: {1}}


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
    index = WordIndex([r"转载.{0,9}出处|^责编\d"])
    assert met(index, ["责编1", "出处", "请勿转载，出处如下"]) == {0: {0}, 2: {0}}


def test_words_of_a_second_set_make_no_line_worded():
    index = WordIndex([r"注明来源.{0,9}转载"])
    lines = ["转载", "注明来源", "没有"]
    assert [index.is_telling(index.hits(line)) for line in lines] == [False, True, False]


def test_hits_of_a_part_have_places_of_the_part():
    index = WordIndex(["声明", "编辑", "责任编辑"])
    hits = index.hits("声明责任编辑声明")
    words = {"声明": 0, "编辑": 1, "责任编辑": 2}
    number = {hit[0] for hit in index.hits("编辑")}
    assert {(start, end) for _, start, end in hits_in(hits, 2, 6)} == {(0, 4), (2, 4)}
    assert {(word, start, end) for word, start, end in hits_in(hits, 3, 6)} == {(*number, 1, 3)}
    assert hits_in(hits, 3, 5) == []
    assert len(hits) == len(words) + 1


def test_surrogates_move_no_place():
    index = WordIndex(["声明"])
    assert met(index, ["\ud800\udc00", "声明"]) == {1: {0}}
