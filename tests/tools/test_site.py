"""The documents as a site: mkdocs builds it without a warning, it loads nothing from elsewhere, its search knows Chinese."""

import functools
import http.server
import json
import re
import threading
import time

import pytest

from tests.report.chromium import chromium, find_chromium
from tests.tools.running import ROOT, asked, need

MARKDOWN = sorted(path.relative_to(ROOT / "docs").as_posix() for path in ROOT.glob("docs/**/*.md"))
LOADED = re.compile(r"<(?:script|img|iframe|source)[^>]* src=\"?([^\" >]+)|<link[^>]* href=\"?([^\" >]+)")
TYPE = """(() => {
  const search = document.querySelector('.md-search__input');
  document.querySelector('label[for=__search]').click();
  search.focus();
  search.value = %s;
  search.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true}));
})()"""
FOUND = "[...document.querySelectorAll('.md-search-result__link')].map((a) => new URL(a.href).pathname)"
_PATIENCE_S = 60


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    need("material")
    folder = tmp_path_factory.mktemp("site")
    asked(ROOT, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(folder / "site"))
    return folder / "site"


@pytest.mark.slow
def test_every_page_is_on_the_site(site):
    made = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    wanted = {name.replace("README.md", "index.md").replace(".md", ".html") for name in MARKDOWN}
    assert wanted | {"index.html", "README.zh-CN.html", "CHANGELOG.html", "CONTRIBUTING.html"} <= made


@pytest.mark.slow
def test_every_page_is_in_the_menu(site):
    menu = (site / "decisions" / "index.html").read_text(encoding="utf-8")
    for path in site.glob("*/*.html"):
        assert f'{path.parent.name}/{path.name}"' in menu or f'href="{path.name}"' in menu or path.name == "index.html"


@pytest.mark.slow
def test_nothing_is_loaded_from_elsewhere(site):
    for path in site.rglob("*.html"):
        loaded = ["".join(found) for found in LOADED.findall(path.read_text(encoding="utf-8"))]
        assert loaded
        assert not [target for target in loaded if "//" in target], path.name


@pytest.mark.slow
def test_blocks_that_are_files_have_their_names(site):
    page = (site / "tutorial.html").read_text(encoding="utf-8")
    assert '<span class="filename">letter.txt</span>' in page
    assert "```" not in page


@pytest.mark.slow
def test_chinese_is_cut_into_words(site):
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    text = "".join(entry["text"] for entry in index["docs"])
    assert "\u200b登记簿\u200b" in text


@pytest.fixture
def address(site):
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def wait_for(tab, script):
    """Return what the script gives as soon as that is something."""
    deadline = time.monotonic() + _PATIENCE_S
    while not (found := tab.run(script)):
        assert time.monotonic() < deadline, script
        time.sleep(0.05)
    return found


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no chromium")
def test_a_reader_finds_chinese_words_in_a_browser(address, tmp_path):
    with chromium(find_chromium() or "chromium", tmp_path) as tab:
        tab.ask("Page.navigate", url=f"{address}/index.html")
        wait_for(tab, "document.readyState == 'complete' && location.pathname == '/index.html'")
        tab.run(TYPE % json.dumps("登记簿"))
        assert wait_for(tab, FOUND)[0] == "/tutorial.html"
        assert tab.faults() == []
        assert all(url.startswith((address, "data:", "blob:", "about:")) for url in tab.requests())
