r"""Chinese news sites and raw Chinese text in; a clean, de-duplicated corpus out, every removal signed.

    sources.yaml ─▶ frontier ─▶ fetch ─▶ Page ─▶ extract ─▶ Article ─▶ normalise ─▶ clean ─▶ relevance ─▶ signature ─▶ decide
                                   (bytes kept)                │           │          │          │                       │
                                                               └── edits, reasons, flags: annotated, never deleted ──────┤
                                                                                         state.sqlite ◀──────────────────┘
                                                                                              │
                                                                         export · report · explain · status

The names below are the package's promise; everything else may move.

>>> import pipeline
>>> pipeline.clean_text("热线今天接了三百个电话。\n责任编辑:林一").paragraphs
('热线今天接了三百个电话。',)
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from pipeline.api import clean_text, extract_html, find_near_duplicates, normalise_text, relevance
    from pipeline.edits import Edit
    from pipeline.extract.dates import parse_date
    from pipeline.extract.encoding import Decoded, decode_html
    from pipeline.model import Article, Decision, Flag, Record, Rejected, Relevance

__all__ = [
    "Article",
    "Decision",
    "Decoded",
    "Edit",
    "Flag",
    "Record",
    "Rejected",
    "Relevance",
    "__version__",
    "clean_text",
    "decode_html",
    "extract_html",
    "find_near_duplicates",
    "normalise_text",
    "parse_date",
    "relevance",
]

_HOMES = {
    "Decoded": "pipeline.extract.encoding",
    "Edit": "pipeline.edits",
    "clean_text": "pipeline.api",
    "decode_html": "pipeline.extract.encoding",
    "extract_html": "pipeline.api",
    "find_near_duplicates": "pipeline.api",
    "normalise_text": "pipeline.api",
    "parse_date": "pipeline.extract.dates",
    "relevance": "pipeline.api",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    """Import a public name when it is first asked for: `zhnews --help` must not wait for OpenCC and numpy."""
    if name not in __all__:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    import importlib  # noqa: PLC0415

    return getattr(importlib.import_module(_HOMES.get(name, "pipeline.model")), name)
