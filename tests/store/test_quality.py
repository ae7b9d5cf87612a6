"""What is asked of exported articles comes back from the state as it was."""

from pipeline.quality.params import QualityParams
from pipeline.quality.wordlists import read_list
from pipeline.store.quality import keep_quality, kept_quality
from pipeline.store.state import open_state

ASKED = QualityParams(
    mask=("mobile", "mail"),
    select=("light", "chars > 9"),
    lists=(read_list("games", "赌场\nhost:b.example", action="block", min_hits=2),),
)


def test_it_is_kept_until_the_next_crawl(tmp_path):
    with open_state(tmp_path) as state:
        keep_quality(state, {"a": QualityParams()})
        assert kept_quality(state) == {}
        keep_quality(state, {"a": ASKED, "b": QualityParams()})
        assert kept_quality(state) == {"a": ASKED}
        keep_quality(state, {})
        assert kept_quality(state) == {}
