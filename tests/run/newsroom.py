"""A small news site on loopback, written for these tests; it counts who asked for what."""

import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WHO = [
    "市民服务热线",
    "社区便民中心",
    "供水公司",
    "公交集团",
    "市图书馆",
    "家电维修站",
    "物业管理处",
    "电信营业厅",
    "医保窗口",
    "不动产登记大厅",
]
WHAT = [
    "把等候时间缩短到十分钟以内",
    "为老年读者开设了专门的窗口",
    "上门检修了三百多户的阀门",
    "重新排了夜班的接线员",
    "公布了每一类投诉的办理时限",
    "请来居民代表当场提意见",
    "把表格从五页减到一页",
    "在大厅里摆上了饮水机和老花镜",
    "给每件来电编了号",
    "安排专人回访没有解决的问题",
    "开通了手语视频座席",
    "延长了周末的开放时间",
    "把收费标准贴到了楼道里",
    "与邻近三个街道合办流动服务车",
    "试行了先修理后付费的办法",
]
WHEN = [
    "入冬以来",
    "上个月起",
    "从本周一开始",
    "国庆之后",
    "雨季到来之前",
    "新学期开学时",
    "年中检查以后",
    "设备更新之后",
]
HOW = [
    "负责人说这样做是因为来电里抱怨最多的就是等",
    "一位常来办事的老人说如今不用再跑第二趟",
    "窗口的工作人员每天下班前要把没有办完的事交接清楚",
    "据统计满意的回答比去年同期多了不少",
    "也有居民希望把这项做法推广到郊区的站点",
    "记者在现场看到排队的人明显少了",
    "有关办法还要再试行一个季度",
    "后台的系统会在第二天自动提醒经办人",
    "这项改动没有增加人手只是调整了班次",
    "不少单位派人来看过以后也照着做",
]


def sentences(seed: int, count: int = 9) -> list[str]:
    """Return sentences of a story of its own."""
    draw = random.Random(seed)
    return [
        f"{draw.choice(WHEN)}，{draw.choice(WHO)}{draw.choice(WHAT)}，{draw.choice(HOW)}，编号{draw.randrange(10**6)}。"
        for _ in range(count)
    ]


def story(seed: int, *, title: str | None = None, date: str = "2026-11-20 09:30", extra: str = "") -> bytes:
    """Return the page of an article."""
    title = title or f"{WHO[seed % len(WHO)]}改进服务纪事之{seed}"
    lines = sentences(seed)
    body = "".join(f"<p>{''.join(lines[n : n + 3])}</p>" for n in range(0, len(lines), 3))
    return (
        f"<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1>"
        f"<div class=info><span>{date}</span> <span>来源：城市服务报</span></div><div class=article>{body}{extra}</div></body></html>"
    ).encode()


def feed(paths: list[str], host: str) -> bytes:
    items = "".join(f"<item><title>第{n}条</title><link>http://{host}{p}</link></item>" for n, p in enumerate(paths))
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>源</title>{items}</channel></rss>".encode()


@dataclass
class Answer:
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    then: bytes | None = None  # what comes, well, from the second time on
    has_etag: bool = True

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:12]}"'


class Newsroom:
    """Answers by (host, path); what is not there is 404, robots.txt too."""

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Answer] = {}
        self.asked: list[tuple[str, str, int]] = []  # host, path, status
        self.agents: set[str] = set()
        self.busy: Counter[str] = Counter()  # requests under way, by host
        self.most_at_once = 0  # of one host
        self.most_hosts_at_once = 0
        self.readers: set[str | None] = set()
        self.delay_s = 0.0
        self.slow_hosts: set[str] = set()
        self.slow_s = 0.05
        self.port = 0

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def put(self, host: str, path: str, body: bytes, **fields: object) -> None:
        self.answers[host, path] = Answer(body, **fields)  # type: ignore[arg-type]

    def put_feed(self, host: str, path: str, paths: list[str]) -> None:
        self.put(host, path, feed(paths, host), content_type="application/rss+xml")

    def statuses(self) -> Counter[int]:
        return Counter(status for _, path, status in self.asked if path != "/robots.txt")

    def paths(self, host: str | None = None) -> list[str]:
        return [path for h, path, _ in self.asked if host in (None, h) and path != "/robots.txt"]


@contextmanager
def open_newsroom(port: int = 0) -> Iterator[Newsroom]:
    room = Newsroom()
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16  # headers and body in one packet

        def do_GET(self) -> None:
            host = self.headers["Host"].partition(":")[0]
            with lock:
                room.busy[host] += 1
                room.most_at_once = max(room.most_at_once, room.busy[host])
                room.most_hosts_at_once = max(room.most_hosts_at_once, sum(n > 0 for n in room.busy.values()))
                room.agents.add(self.headers["User-Agent"])
                room.readers.add(self.headers["X-Reader"])
            time.sleep(room.slow_s if host in room.slow_hosts else room.delay_s)
            answer = room.answers.get((host, self.path), Answer(b"no such page", status=404))
            if answer.then is not None:
                room.put(host, self.path, answer.then)
            is_known = answer.has_etag and answer.status == 200 and self.headers.get("If-None-Match") == answer.etag
            status = 304 if is_known else answer.status
            with lock:
                room.asked.append((host, self.path, status))
                room.busy[host] -= 1
            self.send_response(status)
            if answer.has_etag:
                self.send_header("ETag", answer.etag)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if not is_known:
                self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", "0" if is_known else str(len(answer.body)))
            self.end_headers()
            if not is_known:
                self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):  # the other side was killed
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    room.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
