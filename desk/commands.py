"""The command `policyprov desk`."""

import argparse

from rich.console import Console

from desk.proofs import Rules


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    sources: argparse.ArgumentParser, rules: Rules,
) -> None:  # fmt: skip
    """Add the command to those of the command line.

    `sources` has the options all share, `rules` are the rules of the build over proven claims.
    """
    desk = commands.add_parser(
        "desk", parents=[sources], help="read and decide on claims in the browser, on this machine"
    )
    desk.add_argument("article", nargs="?", help="the article to open; all of them without")
    desk.add_argument("--port", type=int, default=0, help="where to listen; a free port without")
    desk.set_defaults(run=lambda options, console: _desk(options, console, rules))


def _desk(options: argparse.Namespace, console: Console, rules: Rules) -> int:
    # Loading the page here only keeps the other commands free of it.
    from desk.run import serve  # noqa: PLC0415
    from desk.site import Desk  # noqa: PLC0415

    def say(words: str) -> None:
        console.print(words, markup=False, highlight=False, soft_wrap=True)

    articles, registry = options.articles.resolve(), options.entities.resolve()
    return serve(Desk(articles, registry, options.article, rules), options.port, say)
