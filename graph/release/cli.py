"""The command `policyprov`: build, check, serve, the desk, and a second reading."""

import argparse
import datetime as dt
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from desk import commands as desk_commands
from graph.authoring import commands as authoring
from graph.coverage import second_reading
from graph.draft import commands as drafts
from graph.draft import registration as rows
from graph.errors import PolicyprovError
from graph.history.difference import Difference
from graph.history.ledger import History
from graph.mapping import entities
from graph.options import cores
from graph.paths import ARTICLES, BUILD
from graph.release import (
    build,
    publication,
    registration,
    shelf,
    watching,
)
from graph.release.proof import proving
from graph.runs.crew import Crew
from graph.runs.shown import Shown

_TOLD = 20
"""How many disagreements are shown; release.json has all."""


def _build(options: argparse.Namespace, console: Console) -> int:
    started = time.perf_counter()
    with Shown(console) as shown:
        folder = build.build(
            options.target, options.articles, options.entities, options.background, shown,
            jobs=options.jobs, keep_going=options.keep_going, keep=options.keep,
            spark=options.master if options.engine == "spark" else "",
        )  # fmt: skip
    seconds = time.perf_counter() - started
    console.print(f"[bold green]built[/] {folder.name} in {seconds:.1f} s → {folder}")
    manifest = json.loads((folder / "release.json").read_bytes())
    for told in manifest.get("disagreements", [])[:_TOLD]:
        console.print("[bold yellow]told otherwise[/] ", end="")
        console.print(told, markup=False, highlight=False, soft_wrap=True)
    for each in manifest.get("left_out", []):
        console.print(f"[bold yellow]left out[/] {each['article']}")
        console.print(each["because"], style="yellow", markup=False, highlight=False)
    return 0


def _least(least: int) -> Callable[[str], int]:
    """Reads a whole number that is not below this one."""

    def read(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"at least {least}")
        return int(text)

    return read


def _watch(folder: Path, registry: Path, console: Console) -> int:
    try:
        for verdict in watching.watch(folder, registry):
            console.print(verdict.told, markup=False, highlight=False, soft_wrap=True)
            mark = "[bold green]sound[/]" if verdict.sound else "[bold red]not sound[/]"
            console.print(f"{mark} ({verdict.seconds:.2f} s); waiting for the next save")
    except KeyboardInterrupt:
        return 0
    return 0


def _check(options: argparse.Namespace, console: Console) -> int:
    if options.watch:
        return _watch(options.articles / options.watch, options.entities, console)
    sources = proving.Sources(options.articles, options.entities, options.background)
    with build.disk("nothing was checked"), Shown(console) as shown, Crew(cores()) as crew:
        findings = proving.prove(sources, options.target, crew, shown)
    table = Table("check", "", "what was looked at", title="policyprov check", title_justify="left")
    for finding in findings:
        mark = "[green]ok[/]" if finding.passed else "[bold red]failed[/]"
        table.add_row(finding.name, mark, finding.detail)
    console.print(table)
    for line in (line for finding in findings for line in finding.left):
        console.print(line, style="yellow", markup=False, highlight=False, soft_wrap=True)
    problems = [f"{f.name}: {p}" for f in findings for p in f.problems]
    for problem in problems:
        console.print(problem, style="red", markup=False, highlight=False)
    verdict = f"{len(problems)} problems" if problems else "every check passed"
    console.print(f"[bold {'red' if problems else 'green'}]{verdict}[/]")
    return 1 if problems else 0


def _second_reading(options: argparse.Namespace, console: Console) -> int:
    sources = build.read(options.articles, options.entities, options.background)
    claims = [claim for each in sources.mapped for claim in each.claims]
    links = [link for each in sources.mapped for link in each.links]
    drawn = second_reading.draw(claims, links, options.seed, options.count)
    if options.filled is None:
        second_reading.write(drawn, options.form)
        console.print(f"wrote {options.form}: {len(drawn)} sentences to read")
        return 0
    names = {name: entity.zh for name, entity in entities.load(options.entities).items()}
    table = Table("field", "agree", "of")
    rows = second_reading.filled(options.filled, drawn)
    for field, (same, of) in second_reading.agreement(drawn, rows, names).items():
        table.add_row(field, str(same), str(of))
    console.print(table)
    return 0


def _serve(_: argparse.Namespace, __: Console) -> int:
    # The server imports the build wing's floor only; loading it here would tie the wings together.
    import server  # noqa: PLC0415

    return int(server.main())


def _entities(options: argparse.Namespace, console: Console) -> int:
    found = registration.missing(options.articles, options.entities, options.background)
    table = Table("name", "中文名", "of", "may be already", title="not registered")
    for each in found:
        _, zh, of, _ = each.row or (each.name, "no rdfs:label: {zh: …} in any claim", "", "")
        near = [f"{each.same} (the same: use it)"] if each.same else []
        near += [f"{name} ({why})" for name, why in each.near if name != each.same]
        table.add_row(*(Text(cell) for cell in (each.name, zh, of, "\n".join(near))))
    if found:
        console.print(table)
    if options.add:
        added = rows.add(found, options.entities)
        left = len(found) - len(added)
        console.print(f"{len(added)} rows added to {options.entities}; {left} left")
        return 1 if left else 0
    console.print(f"{len(found)} things are not registered")
    return 1 if found else 0


def _publish(options: argparse.Namespace, console: Console) -> int:
    name = publication.publish(options.target)
    console.print(f"{name} is published: its names keep their meaning from now on")
    return 0


def _list(options: argparse.Namespace, console: Console) -> int:
    table = Table(
        Column("release", no_wrap=True), "", "built", "articles", "claims", "MB", "its own MB"
    )
    for each in shelf.held(options.target):
        built = dt.datetime.fromtimestamp(each.release.written, dt.UTC)
        counts = (str(each.release.counts.get(name, "")) for name in ("articles", "claims"))
        sizes = (f"{size / 1e6:.1f}" for size in (each.bytes, each.own))
        mark = "current" if each.current else ""
        table.add_row(each.release.folder.name, mark, f"{built:%Y-%m-%d %H:%M}", *counts, *sizes)
    console.print(table)
    return 0


def _diff(options: argparse.Namespace, console: Console) -> int:
    old, new = (shelf.named(options.target, name) for name in (options.old, options.new))
    found = Difference(History(new.folder), old.version, new.version)
    table = Table(
        Column("article", no_wrap=True),
        "added",
        "removed",
        "changed",
        title=f"{old.version} → {new.version}",
    )
    for article, each in found.articles(slice(None)):
        table.add_row(article, str(each.added), str(each.removed), str(each.changed))
    console.print(table)
    if found.totals and "claims" in new.counts:
        same = new.counts["claims"] - found.totals.added - found.totals.changed
        console.print(f"{same} claims are the same")
    known = found.background
    told = f"{known.removed} lines less, {known.added} more" if known else "not known so far back"
    console.print(f"background: {told}")
    return 0


def _prune(options: argparse.Namespace, console: Console) -> int:
    gone = shelf.prune(options.target, options.keep)
    console.print(f"removed {', '.join(gone)}" if gone else "nothing to remove")
    return 0


def _add_releases(commands: Any) -> None:
    """The commands on the releases that are kept."""
    target = argparse.ArgumentParser(add_help=False)
    target.add_argument("--target", type=Path, default=BUILD, help="where releases are kept")
    releases = commands.add_parser("release", help="list, compare and remove kept releases")
    under = releases.add_subparsers(required=True, metavar="what")
    listed = under.add_parser("list", parents=[target], help="what is kept, the newest first")
    listed.set_defaults(run=_list)
    compared = under.add_parser("diff", parents=[target], help="claims that differ, by article")
    compared.add_argument("old", help="a version")
    compared.add_argument("new", nargs="?", default="current", help="a version; current without")
    compared.set_defaults(run=_diff)
    pruned = under.add_parser("prune", parents=[target], help="remove the oldest")
    pruned.add_argument(
        "--keep", type=_least(0), required=True, help="how many beside the current one"
    )
    pruned.set_defaults(run=_prune)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="policyprov",
        description="A provenance knowledge graph of policy news: build it, check it, serve it.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    sources = argparse.ArgumentParser(add_help=False)
    sources.add_argument("--articles", type=Path, default=ARTICLES, help="folder of articles")
    sources.add_argument("--entities", type=Path, default=build.ENTITIES, help="registry")
    sources.add_argument("--background", type=Path, default=build.BACKGROUND, help="known facts")
    built = commands.add_parser("build", parents=[sources], help="write a release under build/")
    built.add_argument("--target", type=Path, default=BUILD, help="where releases are kept")
    built.add_argument(
        "--jobs", type=_least(1), default=0, help="how many processes; one a core without"
    )
    built.add_argument("--engine", choices=("local", "spark"), default="local", help="who works")
    built.add_argument("--master", default="local[*]", help="as spark://host:7077, for spark")
    built.add_argument(
        "--keep-going",
        action="store_true",
        help="leave out articles that are wrong by themselves, and list them",
    )
    built.add_argument(
        "--keep", type=_least(0), help="how many other releases to keep; all of them without"
    )
    built.set_defaults(run=_build)
    _add_releases(commands)
    checked = commands.add_parser(
        "check", parents=[sources], help="prove the data, publish nothing"
    )
    checked.add_argument("--target", type=Path, default=BUILD, help="where what was proven is kept")
    checked.add_argument("--watch", metavar="ARTICLE", help="prove one article at each save")
    checked.set_defaults(run=_check)
    authoring.add(commands, sources)
    named = commands.add_parser(
        "entities",
        parents=[sources],
        help="list what is not registered, and what it may be already",
    )
    named.add_argument("--add", action="store_true", help="append the rows to the registry")
    named.set_defaults(run=_entities)
    published = commands.add_parser(
        "publish", help="say that the current release is public: its names are permanent"
    )
    published.add_argument("--target", type=Path, default=BUILD, help="where releases are kept")
    published.set_defaults(run=_publish)
    second = commands.add_parser(
        "second-reading", parents=[sources], help="draw sentences to read again, or compare"
    )
    second.add_argument("--seed", type=int, default=1, help="which draw")
    second.add_argument("--count", type=int, default=30, help="how many claims")
    second.add_argument("--form", type=Path, default=Path("form.csv"), help="where to write it")
    second.add_argument("--filled", type=Path, help="a filled form, to compare")
    second.set_defaults(run=_second_reading)
    drafts.add(commands, sources)
    desk_commands.add(commands, sources, watching.rules)
    served = commands.add_parser("serve", help="answer SPARQL over the current release")
    served.set_defaults(run=_serve)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code: 0 done, 1 refused, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, Console()))
    except PolicyprovError as error:
        Console(stderr=True).print("[bold red]error[/] ", end="")
        print(error, file=sys.stderr)  # noqa: T201 - plain text: a quote may hold [markup]
        return 1


if __name__ == "__main__":
    sys.exit(main())
