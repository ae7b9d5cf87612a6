"""What the actions of `zhnews topic` do; each function is called by its name."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.cli import show
from pipeline.cli.arguments import input_options_from, refuse_inputs
from pipeline.cli.label_page import label_articles, open_terminal
from pipeline.config.load import make_plan
from pipeline.config.starting import shipped_schema
from pipeline.config.topics import load_topic, load_topics
from pipeline.errors import EXIT_OK, UsageError, exit_code
from pipeline.model import Hit
from pipeline.run.topic import Scored, calibrate_topic, labelling_order, score_items
from pipeline.store.files import write_text_whole
from pipeline.store.inputs import Unreadable, read_inputs
from pipeline.store.labels import append_label, mend_labels, read_labels
from pipeline.topics.calibrate import CalibrateParams, Calibration
from pipeline.topics.labelled import Labelled
from pipeline.topics.learn import LearnParams, learn_words
from pipeline.topics.measure import Point
from pipeline.topics.suggest import SuggestParams, suggest_terms
from pipeline.topics.table import write_table
from pipeline.topics.topic import DEFAULT_TOPIC, Topic

_MOST_TERMS = 8  # of an article in the table; the record has all


def score(args: argparse.Namespace) -> int:
    """Score the inputs and write a table, or a record of each as soon as it is known."""
    topics = load_topics(args.topic or (DEFAULT_TOPIC,))
    rows: list[tuple[object, ...]] = []
    counts: Counter[str] = Counter()
    for outcome in _scored(args, topics, counts):
        if args.json:
            show.record(_record(outcome))
        else:
            rows += _rows(outcome)
    if not args.json:
        show.table(("score", "verdict", "topic", "article", "words"), rows)
    return exit_code(counts["done"], counts["failed"])


def label(args: argparse.Namespace) -> int:
    """Show what has no label yet, spread over the scores, and write each label as it is given."""
    refuse_inputs((args.out,), args.inputs)
    topic = load_topic(args.topic)
    mend_labels(args.out)
    done = read_labels(args.out) if args.out.exists() else ()
    counts: Counter[str] = Counter()
    queue = labelling_order(tuple(_scored(args, (topic,), counts)), (a.id for a in done))
    new = 0
    if queue:
        with open_terminal() as terminal:
            new = label_articles(queue, terminal, lambda scored, said: _save(args.out, scored, said))
    print(f"{new} labelled now, {len(done)} before, {len(queue) - new} left: {args.out}", file=sys.stderr)
    return exit_code(counts["done"], counts["failed"])


def calibrate(args: argparse.Namespace) -> int:
    """Write the thresholds that fit the labels, how sure they are, and what each threshold would do."""
    labelled, topic = _labels(args)
    try:
        found = calibrate_topic(labelled, topic, CalibrateParams(beta=args.beta))
    except ValueError as exc:
        raise UsageError(f"{args.labels}: {exc}") from exc
    if args.json:
        show.record(found)
    else:
        _print_calibration(found)
    return EXIT_OK


def learn(args: argparse.Namespace) -> int:
    """Learn a table, tell by cross-validation what it is worth, and write it if asked to."""
    labelled, topic = _labels(args)
    try:
        lesson = learn_words(labelled, topic, LearnParams(most_words=args.words))
    except ValueError as exc:
        raise UsageError(f"{args.labels}: {exc}") from exc
    (before, f), (after, g) = lesson.before, lesson.after
    figures = f"average precision {before:.3f} without, {after:.3f} with the table; best F {f:.3f}, {g:.3f}"
    how = "each of 5 parts of the labels scored with the words of the other 4"
    print(f"{figures}\n({how})")
    if after <= before:
        print("The table adds nothing: leave it out")
    if args.out is not None:
        remarks = (f"learned from {len(labelled)} labels for the topic {topic.id}", figures, how)
        write_text_whole(args.out, write_table(lesson.words, remarks), force=args.force)
        print(
            f"{len(lesson.words)} words: {args.out}. Read and prune it; then say `learned: {args.out.name}` in the topic"
        )
    return EXIT_OK


def suggest(args: argparse.Namespace) -> int:
    """Write the words that tell the labelled articles apart and are no terms yet."""
    labelled, topic = _labels(args)
    found = suggest_terms(labelled, topic, SuggestParams(most_words=args.words))
    if args.json:
        for suggestion in found:
            show.record(suggestion)
        return EXIT_OK
    show.table(
        ("word", "for (+) or against", "relevant", "others", "example"),
        [(s.telling.word, f"{s.telling.z:+.1f}", s.telling.relevant, s.telling.others, s.example) for s in found],
    )
    return EXIT_OK


def schema(_: argparse.Namespace) -> int:
    """Write the schema."""
    print(shipped_schema("topic"), end="")
    return EXIT_OK


def _scored(args: argparse.Namespace, topics: Sequence[Topic], counts: Counter[str]) -> Iterator[Scored]:
    """Yield the inputs scored; what could not be is told and counted."""
    items = read_inputs(args.inputs, input_options_from(args), lenient=True)
    for outcome in score_items(items, make_plan(topic=None), topics):
        counts["done" if isinstance(outcome, Scored) else "failed"] += 1
        if isinstance(outcome, Unreadable):
            print(outcome, file=sys.stderr)
        else:
            yield outcome


def _record(scored: Scored) -> dict[str, object]:
    article = scored.article
    return {"id": article.id, "url": article.url, "title": article.title, "relevance": scored.found}


def _rows(scored: Scored) -> Iterator[tuple[object, ...]]:
    name = scored.article.title or scored.article.id
    for found in scored.found:
        yield f"{found.score:.1f}", found.verdict, found.topic, name, _terms(found.hits)


def _terms(hits: Sequence[Hit]) -> str:
    """Return the words that say most, each with how often: 客服×3 投诉 -股价."""
    counts = Counter((hit.term, hit.weight) for hit in hits)
    strongest = sorted(counts, key=lambda key: (-abs(key[1]) * counts[key], key[0]))[:_MOST_TERMS]
    return " ".join(
        ("-" if key[1] < 0 else "") + key[0] + (f"×{counts[key]}" if counts[key] > 1 else "") for key in strongest
    )


def _save(path: Path, scored: Scored, said: int) -> None:
    article, found = scored.article, scored.found[0]
    labelled = Labelled(id=article.id, title=article.title or "", text=article.text, label=said)
    append_label(path, labelled, topic=found.topic, score=found.score)


def _labels(args: argparse.Namespace) -> tuple[tuple[Labelled, ...], Topic]:
    topic = load_topic(args.topic)
    labelled = read_labels(args.labels)
    if not labelled:
        raise UsageError(f"{args.labels}: no labels in it. `zhnews topic label FILES` makes some")
    return labelled, topic


def _print_calibration(found: Calibration) -> None:
    print(
        f"{found.labels} labels, {found.relevant} of them relevant; average precision {found.average_precision:.3f}\n"
    )
    marks = {found.review.threshold: "review_score", found.keep.threshold: "keep_score"}
    points = {point.threshold: point for point in (*found.table, found.review, found.keep)}
    show.table(
        ("from score", "precision", "recall", "F", "articles", "is"),
        [_cells(points[threshold], marks.get(threshold, "")) for threshold in sorted(points)],
    )
    f = f"F {found.keep.f:.2f}, {_between(found.f_between, 2)}"
    print(f"keep_score: {found.keep.threshold:.1f}  # {_between(found.keep_between, 1)}; {f}")
    kept = f"{found.review.recall:.0%} of the relevant are above"
    print(f"review_score: {found.review.threshold:.1f}  # {_between(found.review_between, 1)}; {kept}")
    for advice in found.advice:
        print(f"{advice}.")


def _cells(point: Point, mark: str) -> tuple[str, ...]:
    figures = (point.precision, point.recall, point.f)
    return (f"{point.threshold:.1f}", *(f"{figure:.2f}" for figure in figures), str(point.taken), mark)


def _between(pair: tuple[float, float], digits: int) -> str:
    low, high = (f"{value:.{digits}f}" for value in pair)
    return f"with 90 % certainty {low} to {high}"
