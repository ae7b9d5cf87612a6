"""Junk that no corpus of news wants, made from our own words: 300 documents of six families, the same on every machine.

    python -m benchmarks.junk [FAMILY]          prints them

* nav: the entries of menus, channels, footers, related titles, one a line, or in a row
* keywords: a page stuffed with the words that it wants to be found by
* mojibake: a healthy text decoded wrongly: UTF-8 as GBK or Latin-1, GBK as Big5, with bytes lost
* machine: lists that programs write: prices, timetables, stock lines, logs, places, part numbers
* gambling: landing pages of betting sites, in the sentences that these are written in
* empty: pages of which only a shell is left: error texts, login walls, players, a title and a date
"""

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

EACH = 50
WRITTEN, HELD = 11, 12  # seeds: thresholds were set with the first in view

MENU = [
    "首页",
    "新闻",
    "国内",
    "国际",
    "财经",
    "体育",
    "娱乐",
    "科技",
    "军事",
    "历史",
    "汽车",
    "房产",
    "教育",
    "健康",
    "旅游",
    "时尚",
    "图片",
    "视频",
    "直播",
    "专题",
    "评论",
    "论坛",
    "博客",
    "微博",
    "天气",
    "地图",
    "招聘",
    "彩票",
    "星座",
    "游戏",
    "数码",
    "家居",
    "育儿",
    "美食",
    "文化",
    "读书",
    "公益",
    "政务",
    "法治",
    "舆情",
    "三农",
    "地方",
    "港澳",
    "台湾",
    "华人",
    "English",
    "登录",
    "注册",
    "退出",
    "设为首页",
    "加入收藏",
    "手机版",
    "客户端",
    "关于我们",
    "联系我们",
    "广告服务",
    "网站地图",
    "版权声明",
    "招聘信息",
    "意见反馈",
    "帮助中心",
    "友情链接",
    "上一页",
    "下一页",
    "末页",
    "返回顶部",
    "更多>>",
    "热门排行",
    "最新发布",
    "相关推荐",
    "猜你喜欢",
    "分享到",
    "打印",
    "收藏",
    "字号",
    "大",
    "中",
    "小",
    "举报",
    "评论(0)",
    "点赞",
]
TITLES = (
    "老街改造完成首期", "图书馆夏季开放时间调整", "渔港迎来开海", "中学生机器人赛收官", "地铁六号线试跑", "小区电梯加装提速",
    "秋粮收购价公布", "海边公园新添步道", "社区食堂开张", "博物馆夜场预约满", "春茶上市", "山村通了公交", "运河桥封闭维修",
    "老年大学扩招", "菜价连跌三周", "旧书市集周末开摊", "少年足球队夺冠", "供暖提前三天", "湿地来了白鹤", "快递柜进村",
)  # fmt: skip
GOODS = [
    "空调",
    "冰箱",
    "洗衣机",
    "热水器",
    "油烟机",
    "燃气灶",
    "电视机",
    "净水器",
    "地暖",
    "锁具",
    "马桶",
    "管道",
    "沙发",
    "钢琴",
    "电脑",
    "打印机",
    "手机",
    "相机",
]
PLACES = [
    "东城",
    "西城",
    "南湖",
    "北塘",
    "河口",
    "山前",
    "石桥",
    "柳林",
    "青岩",
    "白沙",
    "金口",
    "云峰",
    "双井",
    "大营",
    "新港",
    "老城",
    "花园",
    "长滩",
]
DEEDS = ["维修", "安装", "回收", "清洗", "出租", "搬运", "批发", "定做", "加盟", "培训", "代办", "检测"]
STUFF = [
    "哪家好",
    "多少钱",
    "电话",
    "价格",
    "厂家",
    "排名",
    "附近",
    "上门",
    "24小时",
    "官网",
    "公司",
    "服务",
    "正规",
    "便宜",
    "十大品牌",
    "一览表",
    "图片",
    "教程",
]
HEALTHY = (
    "区里上周在文化馆办了一场讲座，请来三位退休的老教师，讲他们年轻时怎样骑着车去乡下送书。来听的人比椅子多，后排站满了年轻人。",
    "馆长说，他们打算把这些故事录下来，配上老照片，放在一楼的大厅里，让路过的人随时能听见。录音由两位志愿者负责，已经做了半年。",
    "修桥的工人在水里站了三个月，入冬以前总算把最后一块桥板铺好。村里的孩子从此不用绕路，上学的时间少了将近一个小时。",
    "市场里的鱼价这几天落得厉害，摊主们说，是因为外海的船提前回来了。买鱼的人倒是高兴，有的一次拎走十来斤，说要腌起来过年。",
)
BRANDS = [
    "金鼎",
    "博乐",
    "银河湾",
    "万利",
    "鸿运",
    "天博汇",
    "凯旋门",
    "皇冠城",
    "百利宫",
    "星际汇",
    "龙虎台",
    "太阳湾",
]
HALLS = ["娱乐城", "娱乐平台", "国际娱乐", "体育平台", "棋牌", "真人娱乐场", "彩票网", "在线赌场"]
PITCHES = (
    "{b}{h}官网是{p}最受玩家信赖的在线娱乐平台，注册即送{n}元彩金，首存再送百分之百。",
    "进入{b}{h}，您可以体验真人百家乐、老虎机、龙虎斗和体育投注，{n}秒到账，提款无忧。",
    "{b}{h}app下载地址已经更新，老用户请从最新网址登录，新用户开户就送体验金{n}元。",
    "选择{b}，就是选择信誉：{b}{h}持有合法牌照，二十四小时客服在线，代理加盟日赚{n}。",
    "今天的时时彩开奖结果和走势图都在{b}{h}，资深计划员带您稳赚，返水高达{n}点。",
    "真人荷官，现场发牌，{b}{h}让您足不出户享受赌场的刺激，投注{n}元起，天天返水。",
    "很多网友问{b}{h}靠谱吗，小编亲测：充值快、提现快，注册送{n}，值得一试。",
    "世界杯买球就上{b}{h}，赔率全网最高，串关中奖{n}倍，会员专享彩金天天领。",
)
SHELLS = (
    "对不起，您访问的页面不存在或已被删除。", "系统繁忙，请稍后再试。", "请先登录后查看全文", "您的浏览器版本过低，请升级后访问。",
    "正在加载……", "视频加载失败，请刷新重试", "该内容仅对会员开放，开通会员", "暂无评论，快来抢沙发", "本页面需要启用JavaScript才能正常显示",
    "404 Not Found", "页面将在3秒后自动跳转", "点击展开全文", "扫码下载客户端查看更多", "您没有权限查看该主题", "此链接已失效",
)  # fmt: skip


def main() -> int:
    for family, texts in junk().items():
        if sys.argv[1:] in ([], [family]):
            print(*(f"===== {family}\n{text}" for text in texts), sep="\n")
    return 0


def junk(each: int = EACH, seed: int = WRITTEN) -> Mapping[str, tuple[str, ...]]:
    """Return the documents by family; those of another seed are other documents of the same families."""
    chance = random.Random(seed)
    return {name: tuple(islice(_different(make, chance), each)) for name, make in FAMILIES.items()}


def _different(make: Callable[[random.Random], str], chance: random.Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        text = make(chance)
        if text not in seen:
            seen.add(text)
            yield text


def nav(chance: random.Random) -> str:
    entries = chance.sample(MENU, chance.randint(25, 60)) + chance.sample(TITLES, chance.randint(0, 12))
    if chance.random() < 0.3:
        chance.shuffle(entries)
    style = chance.choice(("\n", "\n", " | ", "  ", "rows"))
    if style == "rows":
        return "\n".join(" ".join(entries[at : at + 6]) for at in range(0, len(entries), 6))
    return style.join(entries)


def keywords(chance: random.Random) -> str:
    places, goods = chance.sample(PLACES, chance.randint(2, 6)), chance.sample(GOODS, chance.randint(1, 4))
    deeds, stuff = chance.sample(DEEDS, 4), chance.sample(STUFF, 9)
    terms = [f"{p}{g}{d}{s}" for p in places for g in goods for d in deeds[:2] for s in stuff]
    chance.shuffle(terms)
    terms = terms[: chance.randint(40, 120)]
    style = chance.choice((",", "，", " ", "、", "_", "\n"))
    text = style.join(terms)
    if chance.random() < 0.5:  # the same between sentences that say nothing
        lead = f"{places[0]}{goods[0]}{deeds[0]}"
        filler = [f"{lead}{s}，{lead}就找{places[0]}{goods[0]}，{lead}{chance.choice(stuff)}。" for s in stuff]
        text = "\n".join([*filler * 2, text])
    return text


def mojibake(chance: random.Random) -> str:
    text = "\n".join(chance.sample(HEALTHY, chance.randint(1, 4)))
    way = chance.randint(0, 5)
    if way == 0:
        return text.encode().decode("gb18030", "replace")
    if way == 1:
        return text.encode().decode("latin-1")
    if way == 2:
        return text.encode("gb18030").decode("big5", "replace")
    if way == 3:
        return text.encode("gb18030").decode("utf-8", "replace")
    if way == 4:
        return text.encode("gb18030").decode("latin-1")
    lost = bytearray(text.encode())
    for _ in range(len(lost) // 12):
        lost[chance.randrange(len(lost))] = 0x3F
    return lost.decode("utf-8", "replace")


def machine(chance: random.Random) -> str:
    rows = chance.randint(15, 60)
    number = chance.randint
    way = number(0, 6)

    def clock() -> str:
        return f"{number(0, 23):02d}:{number(0, 59):02d}"

    day = f"2024-{number(1, 12):02d}-{number(1, 28):02d}"
    make: tuple[Callable[[], str], ...] = (
        lambda: (
            f"{chance.choice(GOODS)} {number(100, 9999)}-{chance.choice('ABCDEF')}{number(10, 99)} {number(9, 9999)}.00元/台"
        ),
        lambda: (
            f"{chance.choice('GDKTZ')}{number(1, 9999)} {chance.choice(PLACES)} {clock()} {chance.choice(PLACES)} {clock()} 有票"
        ),
        lambda: (
            f"{number(600000, 603999)} {chance.choice(BRANDS)}股份 {number(3, 99)}.{number(10, 99)} {number(-9, 9)}.{number(10, 99)}% {number(1000, 99999)}手"
        ),
        lambda: f"{day} {clock()}:{number(0, 59):02d} INFO 节点{number(1, 32)} 状态正常 耗时{number(1, 900)}ms",
        lambda: f"{chance.choice(PLACES)}区{chance.choice(PLACES)}路{number(1, 400)}号 {number(100000, 999999)}",
        lambda: (
            f"{number(1, 400)}. {chance.choice('王李张刘陈杨赵黄')}{chance.choice('伟芳娜敏静丽强磊洋勇')} {chance.choice('男女')} {number(300, 700)}分"
        ),
        lambda: f"第{number(1, 400)}章 {chance.choice(TITLES)}",
    )
    return "\n".join(make[way]() for _ in range(rows))


def gambling(chance: random.Random) -> str:
    brand, hall = chance.choice(BRANDS), chance.choice(HALLS)
    lines = [
        chance.choice(PITCHES).format(
            b=brand, h=hall, p=chance.choice(PLACES), n=chance.choice((8, 18, 28, 38, 58, 88, 188))
        )
        for _ in range(chance.randint(6, 16))
    ]
    if chance.random() < 0.5:  # between lines that were taken from somewhere
        lines = [line for pair in zip(lines, chance.choices(HEALTHY, k=len(lines)), strict=True) for line in pair][
            : len(lines)
        ]
    return "\n".join(lines)


def empty(chance: random.Random) -> str:
    lines = [chance.choice(TITLES)] * chance.randint(0, 1)
    lines += [
        f"2024-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d} 来源：{chance.choice(PLACES)}网"
    ] * chance.randint(0, 1)
    lines += chance.sample(SHELLS, chance.randint(1, 3)) + chance.sample(MENU, chance.randint(0, 8))
    return "\n".join(lines)


FAMILIES: Mapping[str, Callable[[random.Random], str]] = {
    "nav": nav, "keywords": keywords, "mojibake": mojibake, "machine": machine, "gambling": gambling, "empty": empty,
}  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(main())
