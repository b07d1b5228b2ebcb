"""The commands of a draft: `article new` and `renew`, `draft` and `evaluate`."""

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graph.draft import acceptance, arrival, drafting, proposal, renewal
from graph.draft.intake import reading
from graph.draft.rules import grammar
from graph.draft.scores import evaluation, gold, report
from graph.draft.scores.evaluation import Score
from graph.errors import InputError, Place
from graph.mapping import article, entities


def _new(options: argparse.Namespace, console: Console) -> int:
    told = arrival.Told(
        options.title, options.publisher, options.issued, options.genre, options.document,
        options.label,
    )  # fmt: skip
    known = entities.load(options.entities)
    folder = arrival.new(options.article, options.text, options.articles, told, known)
    console.print(f"[bold green]made[/] {folder}: read its article.yaml, then draft it")
    return 0


def _renew(options: argparse.Namespace, console: Console) -> int:
    folder = _folder(options)
    with tempfile.TemporaryDirectory(prefix="policyprov-renewal-") as room:
        made = renewal.renew(folder, options.text, entities.load(options.entities), Path(room))
    for each in made.moved:
        if each.how == "likely":
            _say(console, f"look at {each.after.id}: {each.before.quote!r} is {each.after.quote!r}")
    for gone, why in made.lost:
        _say(console, f"lost {gone.id} {gone.quote!r}: {why}")
    if made.unread:
        listed = ", ".join(map(str, made.unread))
        _say(console, f"no section reads the lines {listed}: add them to article.yaml")
    counts = Counter(each.how for each in made.moved)
    told = ", ".join(f"{counts[how]} {how}" for how in ("exact", "folded", "likely"))
    _say(console, f"{told}, {len(made.lost)} lost of {len(made.moved) + len(made.lost)} proposals")
    if options.write:
        renewal.write(folder, made)
    else:
        _say(console, "nothing is written; add --write to exchange the text")
    return 0


def _folder(options: argparse.Namespace) -> Path:
    folder: Path = options.articles / options.article
    if not (folder / "article.yaml").is_file():
        raise InputError(
            "there is no such article", Place(options.article),
            f"make it: policyprov article new {options.article} --text FILE",
        )  # fmt: skip
    return folder


_OURS = re.compile(
    r"(?:date|figure|document|body|place|person|meeting|speech|measure|obligation|relation)/"
)
"""The rules of this program, by the start of their names."""


def _draft(options: argparse.Namespace, console: Console) -> int:
    folder = _folder(options)
    if options.source is not None:
        return _intake(folder, options, console)
    kept = [each for each in proposal.read(folder) if not _OURS.match(each.rule)]
    made = drafting.draft(article.load(folder), entities.load(options.entities), kept)
    path = proposal.write(folder, (*kept, *(each for each, _ in made.proposals)))
    shown = Table("kind", "proposed", "dropped", title=f"rules {grammar.fingerprint()}")
    for kind in proposal.KINDS:
        lost = sum(finding.kind == kind for finding, _ in made.dropped)
        shown.add_row(kind, str(made.counts.get(kind, 0)), str(lost))
    console.print(shown)
    for finding, error in made.dropped:
        why = error.what if error else "no stretch of one paragraph holds it"
        _say(console, f"dropped {finding.kind} {finding.start}–{finding.end}: {why}")
    _say(
        console,
        f"{len(made.proposals)} proposals in {path}; {len(made.unregistered)} of the things they "
        "name are not registered yet",
    )
    return 0


def _intake(folder: Path, options: argparse.Namespace, console: Console) -> int:
    form, offers = reading.read(options.source)
    by = options.by or form
    if not re.fullmatch(r"[a-z][a-z0-9-]*", by) or _OURS.match(f"{by}/"):
        raise InputError(f"{by!r} is no name for a proposer", Place("--by"), "write lower case")
    before = proposal.read(folder)
    kept = [each for each in before if each.rule.partition("/")[0] != by]
    text, known = article.load(folder), entities.load(options.entities)
    with drafting.Drafter(text, known, kept) as drafter:
        taken = acceptance.take(offers, f"{by}/1", drafter)
    for error in taken.refused:
        _say(console, f"refused {error}")
    _say(
        console,
        f"{form}: {len(taken.proposals)} taken, {len(taken.refused)} refused "
        f"({taken.refusal_rate:.0%}), {taken.dropped_fields} fields dropped that the words do not "
        "carry",
    )
    if taken.proposals:
        proposal.write(folder, (*kept, *taken.proposals))
    return 0 if taken.proposals or not taken.refused else 1


def _say(console: Console, words: str) -> None:
    console.print(words, markup=False, highlight=False, soft_wrap=True)


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
        _say(console, line)
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
    new.add_argument("--label", default="", help="its title in English, in your words")
    new.add_argument(
        "--publisher", default="", help="agt:…; as other articles of that paper without"
    )
    new.add_argument("--issued", default="", help="YYYY-MM-DD; the day in its name without")
    new.add_argument(
        "--genre", default="", help="what kind of text; a document or a press page without"
    )
    new.add_argument(
        "--document", default="", help="doc:…, the official document it is; after its title without"
    )
    new.set_defaults(run=_new)
    renewed = steps.add_parser(
        "renew", parents=[sources], help="exchange its text, and move the draft where it stands"
    )
    renewed.add_argument("article", help="its name")
    renewed.add_argument("--text", type=Path, required=True, help="a file of the new text")
    renewed.add_argument("--write", action="store_true", help="do it; without, only tell")
    renewed.set_defaults(run=_renew)
    draft = commands.add_parser(
        "draft", parents=[sources], help="propose claims of an article, for a person to decide on"
    )
    draft.add_argument("article", help="its name")
    draft.add_argument(
        "--from", dest="source", type=Path, metavar="FILE",
        help="take proposals made elsewhere: JSON lines, Web Annotation, Label Studio, CSV, Excel",
    )  # fmt: skip
    draft.add_argument("--by", default="", help="who proposed them; the format's name without")
    draft.set_defaults(run=_draft)
    measured = commands.add_parser(
        "evaluate", parents=[sources], help="measure the rules against texts a person has marked"
    )
    measured.add_argument(
        "--gold", type=Path, required=True, help="a folder of NAME.txt, .meta.json and .gold.jsonl"
    )
    measured.set_defaults(run=_evaluate)
