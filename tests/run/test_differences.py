"""Two builds beside each other: what came, went and changed, and by which rules."""

import json

import pytest

from pipeline.errors import UsageError
from pipeline.flow import Plan
from pipeline.run.build import BuildOptions, OutputOptions, build
from pipeline.run.differences import compare_builds

STORIES = {
    "a": "云桥公交的热线今天接到一通特别的电话，一位老人说自己坐过了站，话务员一路陪他说话，直到儿子赶来接他回家。",
    "b": "青木图书馆把开馆时间延长到晚上九点，第一周就有四百多名学生留下来自习，保安老郑每天最后一个关灯。",
    "c": "海湾医院的志愿者在门诊大厅教老人用自助机，三个月里帮了两千多人，排队的时间比去年短了一半。",
    "d": "鹿汀的修表摊开了三十年，师傅说机芯会老，手艺不会，这个月他收了一名刚毕业的徒弟，每天下午一起擦齿轮。",
}


def built(folder, stories, **options):
    source = folder.with_suffix(".jsonl")
    lines = [
        text if key == "broken" else json.dumps({"id": key, "text": text, "title": options.get("title")})
        for key, text in stories.items()
    ]
    source.write_text("\n".join(lines))
    build([str(source)], folder, Plan(), options.get("build", BuildOptions()))
    return folder


def test_what_came_went_and_changed(tmp_path):
    old = built(tmp_path / "old", {**STORIES, "copy": STORIES["d"], "e": " "})
    new = built(
        tmp_path / "new",
        {
            "a": STORIES["a"] + "\n责任编辑：林一",  # only an edit more
            "b": STORIES["b"].replace("九点", "十点"),
            "c": STORIES["d"],  # of d, which comes after it, it is now what stays
            "d": STORIES["d"],
            "copy": STORIES["c"],
            "e": "十月的第一个周末，流动图书车开进了村里的晒谷场，孩子们排着队借书，司机老杨负责盖章。",
            "new": "河边的早餐店换了新招牌，老板娘每天四点起来磨豆浆，说老主顾闻着味道就会来。",
        },
    )
    found = compare_builds(old, new)
    assert (found.n_same, found.appeared, found.vanished, found.changed) == (
        0,
        ("copy", "e", "new"),
        ("d",),
        ("a", "b", "c"),
    )
    assert found.appeared_by == {"dedup.exact": 1, "flow.nothing_left": 1, "not an input": 1}
    assert found.vanished_by == {"dedup.exact": 1}
    assert "byline" in " ".join(found.changed_by)
    assert found.changed_by["title or facts"] == 2


def test_the_same_build_in_another_form_is_the_same(tmp_path):
    old = built(tmp_path / "old", STORIES)
    new = built(tmp_path / "new", STORIES, build=BuildOptions(output=OutputOptions(form="parquet")))
    found = compare_builds(old, new)
    assert (found.n_same, found.appeared, found.vanished, found.changed) == (4, (), (), ())


def test_what_failed_and_what_has_another_title(tmp_path):
    old = built(tmp_path / "old", {"a": STORIES["a"], "broken": "{"})
    new = built(tmp_path / "new", {"a": STORIES["a"]}, title="题")
    assert compare_builds(old, new).changed_by == {"title or facts": 1}
    assert compare_builds(new, old).appeared == ()


def test_a_folder_that_is_no_build_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is no build"):
        compare_builds(tmp_path, tmp_path)
