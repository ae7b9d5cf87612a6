"""What each large platform prints around its articles goes, in words of our own after the real structure."""

import pytest

from pipeline.clean.boilerplate import BoilerplateParams, strip_boilerplate
from pipeline.clean.rulebook import load_rulebook
from pipeline.model import CanonicalUrl
from tests.builders import article

BODY = (
    "区里上周在文化馆办了一场讲座，请来三位退休的老教师，讲他们年轻时怎样骑着车去乡下送书。",
    "来听的人比椅子多，后排的年轻人站了两个小时，散场以后还围着老师问当年的路是怎么走的。",
    "馆长说，他们打算把这些故事录下来，配上老照片，放在一楼的大厅里，让路过的人随时能听见。",
    "录音的工作由两位志愿者负责，她们每个星期六下午来，一个提问，一个管机器，已经做了半年。",
    "到今年年底，录下来的故事会有四十多个，其中最长的一个讲了三个晚上，讲的人今年九十一岁。",
)
# platform → its host and lines behind the text
TAILS = {
    "網易號": (
        "www.163.com",
        (
            "特别声明：以上文章（含图片或视频）系自媒体平台“网易号”用户上传，本平台仅提供信息存储服务。",
            "打开网易新闻 查看精彩图片",
            "网易跟贴 12 | 参与 34",
            "文明上网理性发言，请遵守跟贴评论服务协议",
        ),
    ),
    "搜狐號": (
        "www.sohu.com",
        (
            "平台声明：该文观点属于作者本人，搜狐号系信息发布平台，搜狐仅提供信息存储空间服务。",
            "返回搜狐，查看更多",
            "责任编辑：",
            "首赞 +1",
        ),
    ),
    "百家號": (
        "baijiahao.baidu.com",
        ("举报/反馈", "作者最新文章", "百家号作者：街坊观察员", "本文由百家号作者上传并发布"),
    ),
    "頭條號": (
        "www.toutiao.com",
        (
            "（文中图片来自网络，侵删）",
            "本文为头条号作者原创，未经授权，不得转载。",
            "作者声明：内容取材于网络",
            "头条号 / 街坊观察",
            "举报",
        ),
    ),
    "企鵝號": (
        "new.qq.com",
        (
            "免责声明：本文来自腾讯新闻客户端创作者，不代表腾讯网的观点和立场。",
            "企鹅号 - 街坊观察",
            "发表于：2023-05-06",
        ),
    ),
    "微信": (
        "mp.weixin.qq.com",
        (
            "- END -",
            "喜欢此内容的人还喜欢",
            "微信扫一扫",
            "关注该公众号",
            "继续滑动看下一个",
            "轻触阅读原文",
            "向上滑动看下一个",
            "点个“在看”，让更多人看到",
            "分享 收藏 点赞 在看",
        ),
    ),
    "微博": ("weibo.com", ("来自 微博 weibo.com", "收起全文d", "转发 12 评论 3 赞 45", "来自iPhone客户端", "网页链接")),
    "澎湃": (
        "www.thepaper.cn",
        (
            "本文为澎湃号作者或机构在澎湃新闻上传并发布，仅代表该作者或机构观点，不代表澎湃新闻的观点或立场，澎湃新闻仅提供信息发布平台。",
            "申请澎湃号请用电脑访问网页。",
            "（本文来自澎湃新闻，更多原创资讯请下载“澎湃新闻”APP）",
            "责任编辑：张三 图片编辑：李四",
            "校对：王五",
            "澎湃新闻报料：021-00000000",
        ),
    ),
    "界面": (
        "www.jiemian.com",
        ("未经正式授权严禁转载本文，侵权必究。", "更多专业报道，请点击下载“界面新闻”APP", "最新更新时间：05/06 07:08"),
    ),
    "36氪": (
        "36kr.com",
        (
            "本文来自微信公众号“街坊读书”，作者：张三，36氪经授权发布。",
            "该文观点仅代表作者本人，36氪平台仅提供信息存储空间服务。",
            "好文章，需要你的鼓励",
            "评论千万条，友善第一条",
            "登录后参与讨论",
        ),
    ),
    "知乎": (
        "zhuanlan.zhihu.com",
        (
            "编辑于 2023-05-06 07:08・IP 属地北京",
            "著作权归作者所有。商业转载请联系作者获得授权，非商业转载请注明出处。",
            "真诚赞赏，手留余香",
            "还没有人赞赏，快来当第一个赞赏的人吧！",
            "赞同 12 添加评论 分享 收藏 喜欢",
            "文章被以下专栏收录",
        ),
    ),
    "雪球": (
        "xueqiu.com",
        (
            "风险提示：用户发表的所有文章仅代表个人观点，与雪球立场无关。",
            "来源：雪球App，作者：张三（https://xueqiu.com/1/2）",
            "来自张三的雪球专栏",
        ),
    ),
    "Yahoo奇摩": (
        "tw.news.yahoo.com",
        ("更多某某新聞報導", "夜市裡的修鞋攤收了", "河邊早餐店換了老闆"),
    ),
    "UDN": (
        "udn.com",
        (
            "※ 提醒您：禁止酒駕 飲酒過量有礙健康",
            "udn討論區",
            "共 0 則留言",
            "延伸閱讀",
            "菜市場裡的修鞋攤",
        ),
    ),
    "自由": (
        "news.ltn.com.tw",
        (
            "不用抽 不用搶 現在用APP看新聞 保證天天中獎",
            "點我下載APP",
            "按我看活動辦法",
            "☆本報關心您：再給自己一次機會，生命線協談專線：1995",
        ),
    ),
    "ETtoday": (
        "www.ettoday.net",
        (
            "★圖片為版權照片，由某某社供《ETtoday新聞雲》專用，任何網站、報刊、電視台未經許可，不得部分或全部轉載！",
            "★《ETtoday新聞雲》提醒您，請給自己一個機會",
            "▼更多熱門新聞",
        ),
    ),
    "HK01": (
        "www.hk01.com",
        ("下載《香港01》App，即睇城中熱話", "相關文章：夜市裡的修鞋攤↓↓↓", "同場加映："),
    ),
    "明報": (
        "news.mingpao.com",
        (
            "相關字詞﹕讀書 老街 文化館",
            "明報報料熱線﹕news@example.com / 0000 0000",
            "上一篇",
            "聲明：未經許可，任何人不得轉載本網站的內容。",
        ),
    ),
}
# platform → lines in the middle of the text
MIDDLE = {
    "網易號": "打开网易新闻 查看精彩图片",
    "Yahoo奇摩": "廣告（請繼續閱讀本文）",
    "自由": "請繼續往下閱讀...",
    "ETtoday": "廣告 請繼續往下閱讀",
    "HK01": "ADVERTISEMENT",
    "微信": "[图片]",
    "搜狐號": "[图片1]",
}
# Sentences of articles about the platforms, as their last paragraph.
KEPT = (
    "网易号的负责人说，上传文章的用户去年多了三成，平台为他们办了两期写作班。",
    "返回搜狐的那年，他三十五岁，第一件事是把旧同事请回来吃了一顿饭。",
    "百家号的作者可以在后台看到读者的反馈，他每天晚上都要看上半个小时。",
    "他在微博上写道，转发和评论加起来超过一万，自己却一条也没有敢点开看。",
    "澎湃新闻的记者到村里时，报料的老人已经在村口等了两个小时，手里提着灯。",
    "知乎上，收藏这篇回答的人超过三千，赞同的人里有不少是她当年的学生。",
    "雪球越滚越大，孩子们推不动了，就在上面插了一根胡萝卜当作雪人的鼻子。",
    "自由時報當年報導過這家店，剪報還貼在牆上，紙已經黃了，字還看得清楚。",
    "明報的編輯打來電話，說讀者想知道那張長桌後來去了哪裡，他想了很久才回答。",
)


def stripped(lines: tuple[str, ...], host: str | None) -> tuple[str, ...]:
    url = CanonicalUrl(f"https://{host}/1") if host else None
    return strip_boilerplate(article("\n".join(lines), url=url), BoilerplateParams(), load_rulebook()).paragraphs


@pytest.mark.parametrize("platform", TAILS)
def test_behind_the_text(platform: str) -> None:
    host, lines = TAILS[platform]
    assert [line for line in stripped((*BODY, *lines), host) if line not in BODY] == []


@pytest.mark.parametrize("platform", TAILS)
def test_line_by_line(platform: str) -> None:
    host, lines = TAILS[platform]
    own = lines if "奇摩" not in platform and platform != "UDN" else lines[:1]
    assert [line for line in own if stripped((*BODY, line), host) != BODY] == []


@pytest.mark.parametrize("platform", MIDDLE)
def test_in_the_middle(platform: str) -> None:
    assert stripped((*BODY[:2], MIDDLE[platform], *BODY[2:]), TAILS[platform][0]) == BODY


@pytest.mark.parametrize("line", KEPT, ids=lambda line: line[:6])
@pytest.mark.parametrize("host", [None, "www.163.com", "weibo.com"])
def test_sentences_about_a_platform_stay(line: str, host: str | None) -> None:
    assert stripped((*BODY, line), host) == (*BODY, line)
