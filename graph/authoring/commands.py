"""The commands of the command line that help whoever writes claims."""

import argparse
import json
from pathlib import Path

from rich.console import Console

from graph.authoring import listing, schemas, shortening
from graph.errors import InputError, Place
from graph.paths import BUILD
from graph.rdf.vocabulary import vocabulary


def _schemas(options: argparse.Namespace, console: Console) -> int:
    options.target.mkdir(parents=True, exist_ok=True)
    for name in schemas.NAMES:
        path = options.target / f"{name}.schema.json"
        text = json.dumps(schemas.schema(name, vocabulary()), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", "utf-8")
        console.print(f"wrote {path}", soft_wrap=True)
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


def _inventory(options: argparse.Namespace, console: Console) -> int:
    folder = options.articles / options.article
    if not (folder / "article.yaml").is_file():
        raise InputError("there is no such article", Place(options.article), "see graph/articles")
    found = listing.refresh(folder, options.entities, write=not options.dry_run)
    for line in found.differing:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    done = "would have" if options.dry_run else "has"
    console.print(
        f"inventory.csv {done} {len(found.rows)} rows: {found.of_claims} new of records that "
        f"claims name, {found.of_source} of numbers, dates and quotations that no row rested on; "
        f"{len(found.differing)} cells say otherwise than the claims",
        soft_wrap=True,
    )
    return 0


def add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    sources: argparse.ArgumentParser,
) -> None:
    """Add the commands to those of the command line; `sources` has the options all share."""
    schema = commands.add_parser("schemas", help="write JSON Schemas that editors complete from")
    schema.add_argument("--target", type=Path, default=BUILD / "schemas", help="where to")
    schema.set_defaults(run=_schemas)
    short = commands.add_parser(
        "shorten", parents=[sources], help="write the claims of an article short; the facts stay"
    )
    short.add_argument("article", help="its name")
    short.add_argument("--dry-run", action="store_true", help="measure only")
    short.set_defaults(run=_shorten)
    listed = commands.add_parser(
        "inventory", parents=[sources], help="write or refresh the list of an article's facts"
    )
    listed.add_argument("article", help="its name")
    listed.add_argument("--dry-run", action="store_true", help="tell only")
    listed.set_defaults(run=_inventory)
