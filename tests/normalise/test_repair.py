import pytest

from pipeline.normalise.repair import RepairParams, find_damage, repair_damage, repair_text
from tests.normalise.texts import article_of, assert_undoes

PARAMS = RepairParams()
# Written by us; wrong readings and leftovers put in on purpose.
HEALTHY = (
    "客服中心昨天開始試行新的服務辦法。市民撥打熱線後，先由值班人員記錄問題，再轉給有關單位處理，三天之內答覆。"
    "負責人說，過去電話常常打不通，後來增加了人手，裡面的座席也換了新的設備。只要是合理的要求，都會有人回覆。"
    "一位老人說，他干擾了大家的工作，心裡過意不去，店員卻乾脆放下手裡的活，幫他把曆書和日曆都找了出來。"
    "附近的麵館也來學習，老闆表示，服務好了，客人才會回頭，關係到一家店的前途。每隻杯子都要洗兩遍，準時開門，"
    "準備好熱湯，餐後還送水果。中心還聯繫了系統的開發單位，複製了資料，恢復了運作，總結了歷年的經驗，制定了制度，"
    "製作了手冊，並且公布了電話號碼。理髮店的師傅頭髮都白了，也發現這裡的變化很大，表面上看只是小事，其實不簡單。"
)
RUINED = HEALTHY
for _right, _wrong in (
    ("後", "后"),
    ("裡", "里"),
    ("覆", "復"),
    ("係", "系"),
    ("闆", "板"),
    ("準", "准"),
    ("於", "于"),
    ("製", "制"),
    ("髮", "發"),
):
    RUINED = RUINED.replace(_right, _wrong)

MENDED = {
    "measure word for only": ("隻要有人打電話", "只要有人打電話"),
    "measure word for no more than": ("這隻不過是小事", "這只不過是小事"),
    "noodles for face": ("我們在下麵等您", "我們在下面等您"),
    "bell for clock": ("等了三分鍾", "等了三分鐘"),
    "calendar for history": ("公司的曆史", "公司的歷史"),
    "left simplified": ("電話打通后再說", "電話打通後再說"),
    "left in a word": ("老板對員工說", "老闆對員工說"),
    "empress": ("皇後娘娘說話", "皇后娘娘說話"),
    "surname": ("餘明遠表示歡迎", "余明遠表示歡迎"),
    "bit for place": ("多位元顧客來電", "多位顧客來電"),
    "menu of functions": ("請看餐廳功能表", "請看餐廳菜單"),
    "explain for help": ("我們説明您解決問題", "我們幫助您解決問題"),
    "one": ("壹個電話", "一個電話"),
}
UNTOUCHED = {
    "counted": "每隻杯子都洗兩遍，三隻貓",
    "noodles": "這碗麵很好吃",
    "the empress": "皇后和太后說",
    "mile": "離這裡三公里遠",
    "bits of computing": "各位元的狀態，八位元組，這位元帥說",
    "Hong Kong writes so": "他説明天會説明您的問題",
    "Taiwanese terms": "軟體使用者透過線上資訊瞭解程式設計的品質",
    "a weekly": "壹週刊報導說",
    "taste": "請盡快趕到，儘快趕到",
    "simplified": "只要后面的人发现里面有问题",
}


@pytest.mark.parametrize(("text", "expected"), MENDED.values(), ids=MENDED)
def test_a_clause_is_mended(text, expected):
    assert repair_text(text, PARAMS, "hant") == expected
    assert repair_text(expected, PARAMS, "hant") == expected


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED)
def test_good_text_stays(text):
    assert repair_text(text, PARAMS, "hant") == text
    assert repair_text(text, PARAMS, "hans") == text


def test_a_healthy_page_stays():
    assert repair_text(HEALTHY, PARAMS, "hant") == HEALTHY
    assert not repair_damage(article_of(HEALTHY), PARAMS, "keep").flags
    assert not find_damage(HEALTHY, PARAMS, "keep")


def test_a_ruined_page_is_mended():
    mended = repair_text(RUINED, PARAMS, "hant")
    wrong = sum(a != b for a, b in zip(HEALTHY, RUINED, strict=True))
    left = sum(a != b and {a, b} != {"裏", "裡"} for a, b in zip(HEALTHY, mended, strict=True))
    assert wrong >= 15
    assert left <= wrong // 8


def test_keep_flags_and_changes_nothing():
    article = repair_damage(article_of(RUINED), PARAMS, "keep")
    assert article.text == RUINED
    assert [f.name for f in article.flags] == ["script_damage"]
    assert "misread" in article.flags[0].detail


KEPT = {
    "surname": ("餘明遠表示歡迎，記者范小青也到了。", "surnames misread"),
    "term": ("多位元顧客說，熱線打得通了。", "1 replaced terms"),
    "both scripts": ("多位元顾客说，热线打得通了。", "1 replaced terms"),
    "Simplified sentences": ("然后发现头发里面有几只。后来只好系上。我們打電話問過，說是沒有。", None),
    "a slip": ("隻要打電話，熱線打得通了。", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize(("text", "detail"), KEPT.values(), ids=KEPT)
def test_what_is_kept_is_remarked_upon(text, detail):
    article = repair_damage(article_of(text), PARAMS, "keep")
    assert article.text == text
    assert [f.detail for f in article.flags] == ([] if detail is None else [detail])


def test_terms_follow_a_print():
    text = "多位元顧客說，使用者的資訊可以在線上查詢，管道很多。"
    assert repair_text(text, PARAMS, "hant") == "多位顧客說，用戶的信息可以在在線查詢，渠道很多。"
    assert repair_text(text.replace("位元", "位"), PARAMS, "hant") == text.replace("位元", "位")


def test_the_mended_article_comes_back():
    article = article_of("多位元顧客說，隻要打電話就行。", title="隻要一個電話")
    mended = repair_damage(article, PARAMS, "hant")
    assert mended.text == "多位顧客說，只要打電話就行。"
    assert mended.title == "只要一個電話"
    assert [(e.kind, e.reason.partition(";")[0]) for e in mended.edits] == [
        ("term_damage", "a print"),
        ("script_damage", "a word says so"),
    ]
    assert_undoes(mended, "多位元顧客說，隻要打電話就行。")


def test_each_mending_tells_its_evidence():
    mended = repair_damage(article_of("餘明遠表示，電話打通后再說。"), PARAMS, "hant")
    assert [e.reason for e in mended.edits] == [
        "a surname; 2 of 3 ambiguous characters misread, 2 doubtful",
        "the usual reading; 2 of 3 ambiguous characters misread, 2 doubtful",
    ]


def test_simplified_output_needs_terms_only():
    mended = repair_damage(article_of("多位元顧客說，隻要打電話就行。"), PARAMS, "hans")
    assert mended.text == "多位顧客說，隻要打電話就行。"


@pytest.mark.parametrize("text", ["", "\n", "說\ud800隻要", "隻" * 5_000, "位元" * 20_000, "説明" * 20_000])
def test_hostile_text(text):
    assert isinstance(repair_text(text, PARAMS, "hant"), str)
