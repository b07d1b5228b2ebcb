"""The command `policyprov`: build, check, serve, the desk, and a second reading."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from graph.draft import commands as drafts
from graph.errors import PolicyprovError
from graph.mapping import entities
from graph.paths import ARTICLES, BUILD
from graph.rdf import store
from graph.release import build, checks, publication, registration, second_reading, shortening

_PAUSE = 10.0
"""Seconds between two lines of progress where nobody can see a bar."""


class _Shown:
    """Shows how far a build is: each step with rate and time left, as lines where no bar moves."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description:24}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"), TimeElapsedColumn(), TimeRemainingColumn(),
            console=console, transient=True, disable=not console.is_terminal,
        )  # fmt: skip
        self._console = console
        self._step, self._task = "", TaskID(0)
        self._began = self._told = time.perf_counter()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, step: str, done: int = 0, total: int = 0, /) -> None:
        """A step begins, or goes on."""
        now = time.perf_counter()
        if step != self._step:
            if self._step:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(step, total=total or None, rate="")
            self._step, self._began, self._told = step, now, now
        speed = done / max(now - self._began, 0.001)
        rate = f"{speed:.1f}/s" if done else ""
        self._bar.update(self._task, completed=done, rate=rate)
        if not self._console.is_terminal and done and now - self._told > _PAUSE:
            self._told = now
            left = (total - done) / speed
            self._console.print(f"{step}: {done} of {total}, {rate}, {left:.0f} s left")


def _build(options: argparse.Namespace, console: Console) -> int:
    started = time.perf_counter()
    with _Shown(console) as shown:
        folder = build.build(
            options.target, options.articles, options.entities, options.background, shown,
            jobs=options.jobs, keep_going=options.keep_going,
        )  # fmt: skip
    seconds = time.perf_counter() - started
    console.print(f"[bold green]built[/] {folder.name} in {seconds:.1f} s → {folder}")
    left_out = json.loads((folder / "release.json").read_bytes()).get("left_out", [])
    for each in left_out:
        console.print(f"[bold yellow]left out[/] {each['article']}")
        console.print(each["because"], style="yellow", markup=False, highlight=False)
    return 0


def _jobs(text: str) -> int:
    jobs = int(text)
    if jobs < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return jobs


def _check(options: argparse.Namespace, console: Console) -> int:
    with console.status("reading the sources") as status:
        sources = build.read(options.articles, options.entities, options.background)
        status.update("checking")
        findings = [
            checks.spans(sources.mapped),
            checks.numbers(sources.mapped),
            checks.relations(sources.mapped),
            checks.coverage(sources.mapped, options.articles),
            checks.violations(store.in_memory(sources.quads), sources.places),
            checks.shapes(sources.quads),
            checks.consistency(sources.quads),
        ]
    table = Table("check", "", "what was looked at", title="policyprov check", title_justify="left")
    for finding in findings:
        mark = "[green]ok[/]" if finding.passed else "[bold red]failed[/]"
        table.add_row(finding.name, mark, finding.detail)
    console.print(table)
    problems = [f"{f.name}: {p}" for f in findings for p in f.problems]
    for problem in problems:
        console.print(problem, style="red", markup=False, highlight=False)
    verdict = f"{len(problems)} problems" if problems else "every check passed"
    console.print(f"[bold {'red' if problems else 'green'}]{verdict}[/]")
    return 1 if problems else 0


def _second_reading(options: argparse.Namespace, console: Console) -> int:
    sources = build.read(options.articles, options.entities, options.background)
    drawn = second_reading.draw(sources.mapped, options.seed, options.count)
    if options.filled is None:
        second_reading.write(drawn, options.form)
        console.print(f"wrote {options.form}: {len(drawn)} sentences to read")
        return 0
    names = {name: entity.zh for name, entity in entities.load(options.entities).items()}
    table = Table("field", "agree", "of")
    for field, (same, of) in second_reading.agreement(drawn, options.filled, names).items():
        table.add_row(field, str(same), str(of))
    console.print(table)
    return 0


def _serve(_: argparse.Namespace, __: Console) -> int:
    # The server imports the build wing's floor only; loading it here would tie the wings together.
    import server  # noqa: PLC0415

    return int(server.main())


def _desk(options: argparse.Namespace, console: Console) -> int:
    # The desk imports the build; loading it here only keeps the other commands free of it.
    from desk import run  # noqa: PLC0415

    def say(words: str) -> None:
        console.print(words, markup=False, highlight=False, soft_wrap=True)

    return run.serve(options.articles, options.entities, options.article, options.port, say)


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
        added = registration.add(found, options.entities)
        left = len(found) - len(added)
        console.print(f"{len(added)} rows added to {options.entities}; {left} left")
        return 1 if left else 0
    console.print(f"{len(found)} things are not registered")
    return 1 if found else 0


def _publish(options: argparse.Namespace, console: Console) -> int:
    name = publication.publish(options.target)
    console.print(f"{name} is published: its names keep their meaning from now on")
    return 0


def _shorten(options: argparse.Namespace, console: Console) -> int:
    folder = options.articles / options.article
    found = shortening.shorten(folder, options.entities, write=not options.dry_run)
    done = "would take" if options.dry_run else "takes"
    console.print(
        f"{found.claims} claims; one took {found.before:g} lines at the median and {done} "
        f"{found.after:g}; the mapping is the same"
    )
    return 0


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
        "--jobs", type=_jobs, default=0, help="how many processes; one a core without"
    )
    built.add_argument(
        "--keep-going",
        action="store_true",
        help="leave out articles that are wrong by themselves, and list them",
    )
    built.set_defaults(run=_build)
    checked = commands.add_parser(
        "check", parents=[sources], help="prove the data, publish nothing"
    )
    checked.set_defaults(run=_check)
    named = commands.add_parser(
        "entities",
        parents=[sources],
        help="list what is not registered, and what it may be already",
    )
    named.add_argument("--add", action="store_true", help="append the rows to the registry")
    named.set_defaults(run=_entities)
    short = commands.add_parser(
        "shorten", parents=[sources], help="write the claims of an article short; the facts stay"
    )
    short.add_argument("article", help="its name")
    short.add_argument("--dry-run", action="store_true", help="measure only")
    short.set_defaults(run=_shorten)
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
    desk = commands.add_parser(
        "desk", parents=[sources], help="read and decide on claims in the browser, on this machine"
    )
    desk.add_argument("article", nargs="?", help="the article to open; all of them without")
    desk.add_argument("--port", type=int, default=0, help="where to listen; a free port without")
    desk.set_defaults(run=_desk)
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
