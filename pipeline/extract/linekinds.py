"""What a single line of a page is: text of an article, or one of the things printed around it.

Patterns are for whole lines and their beginnings, in both scripts; what stands inside sentences is no business of extraction.
"""

import re
from functools import lru_cache

_STOP = re.compile(r"[。！？；…!?.;](?:(?<![.;])|(?<=[㐀-鿿].))")  # the set first: in a third of the time
_PAUSE = re.compile(r"[，、：；。！？“”「」『』《》,:]")
_KEY_DROPPED = re.compile(r"[\W_]+")

# Words that a block's id or class is made of. Whole words: "leader" must not match "ad".
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NOISE_WORDS_TEXT = (
    "comment comments reply replies pinglun cmt disqus related relate relative recommend recommends recommended recommendation"
    " recom tuijian xiangguan more morenews readmore sidebar side aside footer foot bottomnav footnav nav navi navbar navigation menu submenu"
    " breadcrumb breadcrumbs crumb crumbs copyright disclaimer statement shengming"
    " ad ads adv advert adverts advertisement adsense adbox gg guanggao banner sponsor sponsored promo promotion"
    " share sharebar shares sns social bdshare jiathis weibo wechat qrcode qr ewm erweima weixin facebook fb twitter plurk "
    " login signin register regist passport account password userinfo usercenter member"
    " cookie cookies consent gdpr onetrust cmp tcf didomi privacy popup pop modal dialog overlay mask toast "
    " player videoplayer jwplayer vjs playlist subscribe subscription newsletter download downloadapp appdown appdownload"
    " hotnews hots rank ranking rankings top10 popular trending tag tags keyword keywords "
    " pager pagination paging page_nav toolbar topbar search searchbar sitemap friendlink links"
    " vote survey poll feedback report complain correct jiucuo rating score digg like likes collect"
    " prev previous prevnext next siblings pn caption figcaption photographer credit imgtitle pictitle phototitle"
    " skip sr loading author-card authorcard widget widgets carousel swiper slider slideshow gallery thumbs thumb"
)
NOISE_WORDS = frozenset(_NOISE_WORDS_TEXT.split())
_ENDING_WORDS_TEXT = (
    "comment comments pinglun related recommend recommends recommended recom tuijian xiangguan footer foot"
)
ENDING_WORDS = frozenset(_ENDING_WORDS_TEXT.split())
_CAPTION_WORDS_TEXT = "caption figcaption photographer imgtitle pictitle phototitle picinfo imginfo imgdesc picdesc pic-desc tuzhu tushuo photodesc"
CAPTION_WORDS = frozenset(_CAPTION_WORDS_TEXT.split())
_BODY_WORDS_TEXT = (
    "article articlebody articlecontent content contents maincontent text body story storybody post entry detail details news newsbody newstext"
    " artibody artical trs editor zhengwen endtext bodytext contenttext richtext paragraph paragraphs main newscontent newscontents"
)
BODY_WORDS = frozenset(_BODY_WORDS_TEXT.split())

META_LINE = re.compile(
    r"(?:(?:Author,|Role,|发布|發布|发表|發表|更新|刊登|时间|時間|日期|发稿|發稿|建立|上稿|出版)(?:时间|時間|日期|于|於)?|来源|來源|稿源|出处|出處|作者|编辑|編輯|责编|責編|记者|記者|文章来源|信息来源|新闻来源|原标题|原標題"
    r"|字号|字號|字体|字體|阅读|閱讀|浏览|瀏覽|点击|點擊|人气|人氣|评论|評論|分享|打印|列印|收藏|举报|舉報|订阅|訂閱|关注|關注|我要|进入论坛|\[?(?:大|中|小|推荐|推薦)\]?(?:\s|$)|加入|A[+-]|font|次浏览|次瀏覽)",
    re.IGNORECASE,
)
# The heading of a list of other articles.
RELATED_MARK = re.compile(
    r"[\s\W]{0,4}(?:"
    r"(?:相关|相關|延伸|推荐|推薦|更多|精彩|热门|熱門|猜你|猜您|其他|其它|往期|你可能|您可能|大家|其他人|编辑|編輯|热点|熱點|关联|更多相关|更多相關|今日|图片|图集|看了|新闻|新聞|小编|小編)(?:的|也|都|还|還)?"
    r"(?:想|在|会|會|正在)?(?:阅读|閱讀|新闻|新聞|报道|報導|報道|文章|链接|連結|鏈接|推荐|推薦|内容|內容|喜欢|喜歡|资讯|資訊|专题|專題|话题|話題|影音|视频|影片|图集|回顾|回顧|关键字|關鍵字|还喜欢|感兴趣|看|又看|精选|精選|推介|热点|熱點|热文|熱文|點閱|点击|排行|字詞|搜寻|搜尋|影片)(?:[^。，,]{0,16})$"
    r"|(?:熱讀|热读|排行榜|猜你喜欢|猜你喜歡|猜您喜欢|大家都在看|其他人也在看|更多[^。，]{0,8}(?:新聞|新闻|報導|报道|內容|内容))\s?[:：>》…]{0,3}$"
    r")"
)
_RELATED_STARTS = frozenset("相延推更精热熱猜其往你您大编編关今图看新小排")  # asked first
# The last line of an article: what follows belongs to the page, be it text or not.
_SIGN_OFF = (
    r"[\s\W]{0,4}(?:"
    r"(?:本文)?(?:责任|責任|本文|值班|执行|執行|网络|網路|实习|實習|本期|本版|文字|图文|新媒体)?(?:编辑|編輯|编审|編審|责编|責編|审校|審校|校对|校對|监制|監製|主编|主編|编审|终审|二审|三审|初审|审核|核稿)\s?[:：/／|丨｜]"
    r"|责任编辑|責任編輯|责编[:：\s]|責編[:：\s]|本文编辑|本文責任"
    r"|(?:版权|版權|免责|免責|重要|特别|特別|法律|郑重|鄭重|网易|本站|本网|本網)(?:及免责|与免责)?(?:声明|聲明|申明|所有|提示)(?:$|[:：])|【?版权(?:声明|所有)|(?:特别|免责|版权|平台)声明|copyright|©|all rights reserved"
    r"|(?:上|下|前|后|後)一(?:篇|条|條|則|则|頁|页|章)|(?:返回|回到|回)(?:顶部|頂部|首页|首頁|列表|頻道|频道|搜狐|页首)|返回.{0,8}查看更多"
    r"|(?:我要|网友|網友|热门|熱門|最新|用户|發表|发表|文明|读者|讀者|全部|精彩)?(?:评论|評論|留言|跟帖|回應)(?:$|\s|[\(（\[:：\d])|已有\d*.{0,4}(?:人参与|条评论|評論)|网友评论|發表意見"
    r"|(?:关键词|關鍵詞|关键字|關鍵字|标签|標籤|标籤|Tags?|Keywords)\s?[:：]"
    r"|(?:原文)?(?:标题|標題)[:：].{0,20}责"
    r"|(?:声明|聲明)[:：]|(?:来源|來源)[:：][^。]{0,30}(?:责任编辑|編輯|编辑)"
    r")"
)
SIGN_OFF = re.compile(_SIGN_OFF, re.IGNORECASE)
# A line that ends the article when no more of its text follows: calls and buttons also stand in the middle.
TAIL_MARK = re.compile(
    _SIGN_OFF + r"|[\s\W]{0,4}(?:"
    r"(?:看更多|更多[^。，]{0,12}(?:新聞|新闻|報導|报道|內容|内容)|閱讀更多|阅读更多|点击查看更多|继续阅读|查看更多|展开全文|展開全文|阅读原文|閱讀原文|点击进入专题)\s?[:：>》…]{0,3}"
    r"|(?:分享|转发|轉發|扫|掃|打开微信|用微信|关注|關注|下载|下載|订阅|訂閱|加入|追蹤|立即)(?:到|让更多|讓更多|至|一扫|一下|二维码|給|给|我们|我們|App|APP|客户端|本報|訂閱|加入)"
    r"|(?:文章|本文)?(?:链接|連結|网址|網址|地址)[:：]\s?http|http\S+$"
    r"|(?:更多精彩|更多资讯|更多新聞|想看更多|想了解更多)"
    r"|(?:【|\[)?(?:纠错|糾錯|打印|列印|关闭|關閉|字号|收藏)(?:】|\])?(?:$|\s)"
    r")",
    re.IGNORECASE,
)
# Lines of help and law at an article's foot, of any length.
NOTICE = re.compile(
    r"[\s\W]{0,4}(?:(?:特别|免责|版权|重要|平台|法律|郑重|原创|免責|版權|特別|重要)(?:声明|聲明|申明|提示|說明|说明)[\s\]】:：]{0,2}(?!称|中|說|说|指|续|續)|(?:声明|聲明)\s?[\]】:：]|(?:版权|版權|著作權)所有|更多[“\"].{0,40}请关注|以上(?:内容|內容|文章).{0,30}(?:上传|上傳|观点|觀點|平台)"
    r"|(?:[【\[（(].{0,60}|.{0,30})(?:未经|未經).{0,12}(?:授权|授權|许可|允許|同意|允许).{0,16}(?:转载|轉載|使用|不得)|.{0,40}(?:转载|轉載)(?:时)?(?:请|請|务请|務請|需|须).{0,6}(?:注明|註明|联系|聯繫|標明)"
    r"|(?:自殺|自杀|輕生|珍惜生命|再給自己|給自己).{0,24}(?:專線|热线|熱線|機會|生命)|(?:生命線|張老師|安心|衛福部|衛生福利部).{0,12}(?:專線|热线|熱線)?[:：]\s?\d|★.{0,10}(?:關心|关心|提醒您))"
    r"|-\s?THE END\s?-|[\s\W]{0,4}(?:全文)?(?:完|END)[\s\W]{0,4}$",
    re.IGNORECASE,
)
SERVICE = re.compile(
    r"(?:付費|付费|加入|成為|成为|升級|登入|登录).{0,6}(?:會員|会员)|隱私權|隐私权|查詢時效|閱讀限制|才能啟用|(?:接|轉)?下一[頁页][)）]?$|为什么你不喜欢|為什麼你不喜歡",
    re.IGNORECASE,
)
ORIGINAL_TITLE = re.compile(r"[\s\W]{0,3}(?:原标题|原標題|原题|原題)\s?(?:[:：]|[为為]\s?[:：])")
CAPTION = re.compile(
    r"^[\s\W]{0,2}[▲△▼▽↑↓◎●](?!\d)|^(?:图|圖)(?:片)?(?:\d{0,2}|[一二三四五六七八九十])?\s?[:：/／为為]|^(?:图片|圖片|图源|圖源|照片|配图|資料照|资料图|資料圖|圖片來源|图片来源|图自|圖自|图为|圖為|视频[:：]|影片[:：])"
    r"|[（(【\[](?:[^（()）】\[\]]{0,24})(?:摄|攝|供图|供圖|圖/|图/|翻攝|翻摄|資料照|资料图|資料圖|資料照片|提供)[^（()）】\[\]]{0,16}[）)】\]]\s?。?$"
    r"|(?:摄|攝|供图|供圖|翻攝)[）)\]】]?$|(?:圖|图)[／/][^。，]{1,20}$"
)
_MAX_WIDGET_CHARS = 100  # a longer line that speaks of passwords or players is a story about them
# A line that begins with a date and a time, or is a date; 2025年的春天 is neither.
DATE_LINE = re.compile(
    r"[\s\W]{0,3}(?:(?:19|20)\d\d\s?[-年./]\s?\d{1,2}\s?[-月./]\s?\d{1,2}日?|\d{1,2}月\d{1,2}日(?=\s*(?:\(.{1,3}\)|（.{1,3}）)?\s*(?:\d{1,2}[:：]|$))|(?:今天|昨天|前天|今日|昨日)\s?\d{1,2}[:：]\d\d|\d{1,2}\s?(?:分钟|小时|天|分鐘|小時)前)"
    r"(?=$|[\s\W\d]|来源|來源)"
)
# What every caption holds one of; asked first.
CAPTION_SIGN = re.compile(r"[▲△▼▽↑↓◎●图圖照视視影摄攝供资資]")
CREDITED = re.compile(
    r"[（(〔【](?!记者|記者|完|編輯|编辑|责|責|作者|本报|本報)[^（）()〔〕【】，。]{1,24}[）)〕】]\s?[。.]?$|(?:截图|截圖|資料照|资料图|视频截图)[。.]?$"
)
NUMBERED = re.compile(r"[\s\W]{0,2}(?:[一二三四五六七八九十]{1,3}|\d{1,2}|[A-Za-z]|第.{1,3})\s?[、.．:：)）章节節]")
# In lower case: without the flag for cases the pattern is six times as fast.
_WIDGET = re.compile(
    r"广告|廣告|advertisement|点击(?:图片|查看|进入|播放)|您的浏览器|您的瀏覽器|flash\s?player|正在加载|加载中|loading|请登录|登录后|請登入|立即登录|立即注册|用户名|密码|验证码|自动登录"
    r"|暂无评论|播放视频|自动播放|全屏|高清|播放器|静音|重播|cookie|隐私政策|隱私|icp备|icp证|公网安备|经营许可证|许可证|违法和不良信息|举报电话|客服热线|联系我们|關於我們|关于我们|网站地图|友情链接|加入收藏|设为首页|免费注册|扫码|二维码|微信公众号|官方微博"
)


def count_stops(text: str) -> int:
    """Return how many marks in it end a sentence."""
    return len(_STOP.findall(text))


def count_pauses(text: str) -> int:
    """Return how many punctuation marks of running text it holds."""
    return len(_PAUSE.findall(text))


def has_stop(text: str) -> bool:
    """Return whether a mark in it ends a sentence."""
    return _STOP.search(text) is not None


def has_pause(text: str) -> bool:
    """Return whether it holds a punctuation mark of running text."""
    return _PAUSE.search(text) is not None


def has_widget(text: str) -> bool:
    """Return whether it speaks of players, passwords, cookies or licences."""
    return _WIDGET.search(text.lower()) is not None


def key_of(text: str) -> str:
    """Return letters, digits and Han only, in lower case: for comparing headlines."""
    return _KEY_DROPPED.sub("", text).lower()


def is_related_mark(text: str) -> bool:
    """Return whether a line is the heading of a list of other articles."""
    first = text[:1]
    return (first in _RELATED_STARTS or not first.isalnum()) and RELATED_MARK.match(text) is not None


def is_furniture(text: str) -> bool:
    """Return whether a line with the marks of a sentence is still no text of an article: notices, widgets, credits."""
    if NOTICE.match(text):
        return True
    return len(text) < _MAX_WIDGET_CHARS and bool(TAIL_MARK.match(text) or has_widget(text) or SERVICE.search(text))


@lru_cache(maxsize=4_096)
def is_noise_name(names: str) -> bool:
    """Return whether an element's id and classes say that it is furniture.

    The first and the last word of a name speak: in `article-comments` the last, in `share-box` the first.
    """
    return any(words[0] in NOISE_WORDS or words[-1] in NOISE_WORDS for words in _name_words(names))


@lru_cache(maxsize=4_096)
def is_ending_name(names: str) -> bool:
    """Return whether an element's id and classes say that the article is over: comments, related articles, the foot."""
    return any(words[0] in ENDING_WORDS or words[-1] in ENDING_WORDS for words in _name_words(names))


@lru_cache(maxsize=4_096)
def is_caption_name(names: str) -> bool:
    """Return whether an element's id and classes say that it explains a picture."""
    return any(not CAPTION_WORDS.isdisjoint(words) for words in _name_words(names))


@lru_cache(maxsize=4_096)
def is_body_name(names: str) -> bool:
    """Return whether an element's id and classes say that it holds an article's text."""
    return not is_noise_name(names) and any(words[-1] in BODY_WORDS for words in _name_words(names))


@lru_cache(maxsize=4_096)
def _name_words(names: str) -> tuple[tuple[str, ...], ...]:
    found = (tuple(word.lower() for word in _WORD.findall(name)) for name in names[:400].split())
    return tuple(words for words in found if words)
