"""The commands of a draft: `article new`, `draft` and `evaluate`."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graph.draft import arrival, drafting, evaluation, gold, proposal, report
from graph.draft.evaluation import Score
from graph.draft.rules import grammar
from graph.errors import InputError, Place
from graph.mapping import article, entities


def _new(options: argparse.Namespace, console: Console) -> int:
    told = arrival.Told(options.title, options.publisher, options.issued)
    folder = arrival.new(options.article, options.text, options.articles, told)
    console.print(f"[bold green]made[/] {folder}: read its article.yaml, then draft it")
    return 0


def _folder(options: argparse.Namespace) -> Path:
    folder: Path = options.articles / options.article
    if not (folder / "article.yaml").is_file():
        raise InputError(
            "there is no such article", Place(options.article),
            f"make it: policyprov article new {options.article} --text FILE",
        )  # fmt: skip
    return folder


def _draft(options: argparse.Namespace, console: Console) -> int:
    folder = _folder(options)
    made = drafting.draft(article.load(folder), entities.load(options.entities))
    path = proposal.write(folder, (each for each, _ in made.proposals))
    shown = Table("kind", "proposed", "dropped", title=f"rules {grammar.fingerprint()}")
    for kind in proposal.KINDS:
        lost = sum(finding.kind == kind for finding, _ in made.dropped)
        shown.add_row(kind, str(made.counts.get(kind, 0)), str(lost))
    console.print(shown)
    for finding, error in made.dropped:
        why = error.what if error else "no stretch of one paragraph holds it"
        where = f"{finding.start}–{finding.end}"
        console.print(f"dropped {finding.kind} {where}: {why}", markup=False, highlight=False)
    console.print(
        f"{len(made.proposals)} proposals in {path}; {len(made.unregistered)} of the things they "
        "name are not registered yet", markup=False, highlight=False, soft_wrap=True,
    )  # fmt: skip
    return 0


def _evaluate(options: argparse.Namespace, console: Console) -> int:
    totals: dict[str, Score] = {}
    names = []
    for name, scores in evaluation.evaluate(
        gold.read(options.gold), entities.load(options.entities)
    ):
        names.append(name)
        for kind, score in scores.items():
            totals[kind] = totals.get(kind, Score()) + score
    lines = (f"rules {grammar.fingerprint()}, texts {' '.join(names)}", "", *report.table(totals))
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return 0


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    sources: argparse.ArgumentParser,
) -> None:
    """Add the commands to those of the command line; `sources` has the options all share."""
    articles = commands.add_parser("article", help="start an article from its text")
    steps = articles.add_subparsers(required=True, metavar="step")
    new = steps.add_parser("new", parents=[sources], help="make its folder from a text file")
    new.add_argument("article", help="its name, paper-yyyymmdd-page")
    new.add_argument("--text", type=Path, required=True, help="a file of UTF-8 text")
    new.add_argument("--title", default="", help="its title; the first line without")
    new.add_argument(
        "--publisher", default="", help="agt:…; as other articles of that paper without"
    )
    new.add_argument("--issued", default="", help="YYYY-MM-DD; the day in its name without")
    new.set_defaults(run=_new)
    draft = commands.add_parser(
        "draft", parents=[sources], help="propose claims of an article, for a person to decide on"
    )
    draft.add_argument("article", help="its name")
    draft.set_defaults(run=_draft)
    measured = commands.add_parser(
        "evaluate", parents=[sources], help="measure the rules against texts a person has marked"
    )
    measured.add_argument(
        "--gold", type=Path, required=True, help="a folder of NAME.txt, .meta.json and .gold.jsonl"
    )
    measured.set_defaults(run=_evaluate)
