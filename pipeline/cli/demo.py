"""`zhnews demo`: the main job on what ships. A small news site is served on loopback and crawled over real HTTP."""

import argparse
from contextlib import suppress
from pathlib import Path

from pipeline.cli.arguments import add_data_argument, port
from pipeline.cli.crawl import print_troubles
from pipeline.cli.progress import progress
from pipeline.cli.summary import print_copies, print_tally

EXAMPLE = """\
examples:
  zhnews demo                  crawls into data/, then export and report; run it twice: nothing is fetched again
  zhnews demo --data /tmp/d    somewhere else
  zhnews demo --serve 8080     only serve the site, to look at it or to crawl it yourself
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    add_data_argument(parser)
    parser.add_argument(
        "--serve", type=port, metavar="PORT", help="serve the site on 127.0.0.1:PORT until Ctrl-C (0: any)"
    )


def run(args: argparse.Namespace) -> int:
    """Serve, crawl, export, report; say where everything is."""
    from pipeline.run.demo import sample_root, serve_site  # noqa: PLC0415

    root = sample_root()
    if args.serve is not None:
        return _serve(root, args.serve)
    with serve_site(root / "site") as site:
        return _crawl(root, site.port, args.data)


def _crawl(root: Path, port: int, data: Path) -> int:
    from pipeline.config.load import parse_sources, plan_for  # noqa: PLC0415
    from pipeline.report.crawl import write_crawl_report  # noqa: PLC0415
    from pipeline.run.crawl import crawl  # noqa: PLC0415
    from pipeline.run.demo import demo_sources  # noqa: PLC0415
    from pipeline.run.world import CrawlOptions  # noqa: PLC0415
    from pipeline.store.outputs import Selection, write_corpus  # noqa: PLC0415
    from pipeline.store.state import open_state  # noqa: PLC0415

    path = root / "sources.yaml"
    sources = parse_sources(demo_sources(root, port), str(path))
    plan = plan_for(sources, path)
    with progress() as report:
        result = crawl(sources, plan, data, CrawlOptions(folder=root), on_progress=report)
    print_troubles(result)
    if result.is_interrupted:
        return result.exit_code
    print_tally(result.tally)
    print_copies(data, result.run)
    corpus = data / "export" / "corpus.jsonl"
    with open_state(data, read_only=True) as state:
        n = write_corpus(state.articles.preferred(), corpus, "jsonl", Selection(), force=True).articles
        html = write_crawl_report(state, data / "report" / "index.html", plan.rules)
    print(f"requests: {result.n_requests}\ncorpus: {corpus} ({n} articles)\nreport: {html}")
    return result.exit_code


def _serve(root: Path, port: int) -> int:
    import threading  # noqa: PLC0415

    from pipeline.errors import EXIT_OK  # noqa: PLC0415
    from pipeline.run.demo import serve_site  # noqa: PLC0415

    with suppress(KeyboardInterrupt), serve_site(root / "site", port) as site:
        hosts = sorted(p.name for p in (root / "site").iterdir())
        print(f"serving {', '.join(hosts)} on 127.0.0.1:{site.port}; Ctrl-C ends it", flush=True)
        print(f"  curl -H 'Host: {hosts[0]}' http://127.0.0.1:{site.port}/", flush=True)
        threading.Event().wait()
    return EXIT_OK
