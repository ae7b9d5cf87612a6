"""What the last crawl's sources.yaml asks of exported articles, kept in the state beside the sources."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from pipeline.quality.params import QualityParams
from pipeline.store.records import Json
from pipeline.store.state import State

if TYPE_CHECKING:
    from pipeline.quality.wordlists import WordList

_SETTING: Final = "quality"


def keep_quality(state: State, by_source: Mapping[str, QualityParams]) -> None:
    """Write what is asked of each source's articles; it takes the place of what an earlier crawl wrote."""
    asked = {name: _to_json(params) for name, params in by_source.items() if params != QualityParams()}
    if asked or state.setting(_SETTING):
        state.keep_setting(_SETTING, asked)


def kept_quality(state: State) -> Mapping[str, QualityParams]:
    """Return what is asked of the articles of a source, by its name; of one that is not there nothing is asked."""
    return {name: _from_json(row) for name, row in (state.setting(_SETTING) or {}).items()}


def _to_json(params: QualityParams) -> Json:
    lists = [
        {
            "name": one.name,
            "action": one.action,
            "words": list(one.words),
            "hosts": sorted(one.hosts),
            "min_hits": one.min_hits,
        }
        for one in params.lists
    ]
    return {"mask": list(params.mask), "select": list(params.select), "lists": lists}


def _from_json(row: Json) -> QualityParams:
    return QualityParams(mask=tuple(row["mask"]), select=tuple(row["select"]), lists=_lists(row["lists"]))


def _lists(rows: list[Json]) -> tuple["WordList", ...]:
    from pipeline.quality.wordlists import WordList  # noqa: PLC0415 - for those who have lists

    return tuple(WordList(**{**row, "words": tuple(row["words"]), "hosts": frozenset(row["hosts"])}) for row in rows)
