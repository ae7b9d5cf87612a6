"""Whether a page says that it is not for training or data mining.

The fetcher remarks what robots.txt, headers and meta elements say as a flag "opt_out"; here is what stands in words, which
cleaning has mostly removed as a copyright line by then: the edits are read too.
"""

import re
from collections.abc import Iterable

from pipeline.edits import Edit
from pipeline.fold import fold

# An interdiction, and within one sentence what is forbidden.
_NO = r"(?:不得|禁止|严禁|拒绝|不允许|不可|请勿|切勿|不同意|不授权|未经[^.;\n]{0,24}(?:许可|授权|同意)|保留[^.;\n]{0,12}权利|prohibited|may not|not be used)"
_USE = (
    r"(?:(?:训练|训练数据|喂养|调优|微调)|(?:文本|数据|资料|文字)(?:与|和|及|、)?(?:数据)?(?:挖掘|探勘)"
    r"|text and data mining|train(?:ing)?[^.\n]{0,30}(?:model|ai\b|artificial))"
)
_MODEL = r"(?:人工智能|ai\b|大模型|大语言模型|语言模型|机器学习|模型|挖掘|探勘|mining|model|artificial)"
_REFUSAL = re.compile(rf"{_NO}(?=[^.\n]{{0,120}}{_MODEL})[^.\n]{{0,80}}{_USE}")
_HINTS = ("训练", "挖掘", "探勘", "微调", "mining", "train")
_KINDS = frozenset({"copyright", "disclaimer", "footer"})  # of edits that may hold such a sentence


def says_no(folded: str, edits: Iterable[Edit]) -> bool:
    """Return whether the folded text, or what was removed from it as a notice, refuses training or data mining."""
    notices = [edit.old for edit in edits if edit.kind in _KINDS]
    return _refuses(folded) or (bool(notices) and _refuses(fold("\n".join(notices))))


def _refuses(folded: str) -> bool:
    return any(hint in folded for hint in _HINTS) and _REFUSAL.search(folded) is not None
