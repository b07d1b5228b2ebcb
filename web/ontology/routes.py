"""The documentation of the ontology: every term with what it means, generated from its files."""

from pathlib import Path

from flask import Blueprint, render_template

from graph.rdf.namespaces import CONCEPTS, NS
from web.ontology import diagram
from web.ontology.terms import ontology_terms
from web.site.page_context import frame

ontology = Blueprint("ontology", __name__)


def _address(iri: str) -> str:
    """Where the page explains a term; a foreign term and a code lead to their own pages."""
    if iri.startswith(NS):
        return f"#{iri.removeprefix(NS)}"
    return f"/concept/{iri.removeprefix(CONCEPTS)}" if iri.startswith(CONCEPTS) else iri


def _examples(folder: Path) -> list[tuple[str, str]]:
    """The worked examples that the release carries: name and text."""
    files = sorted((folder / "ontology" / "examples").glob("*.t*"))
    files = [path for path in files if path.suffix != ".gz"]
    return [(path.stem.replace("-", " "), path.read_text("utf-8")) for path in files]


@ontology.get("/ontology", strict_slashes=False)
def index() -> str:
    """Show every class, property and code list, and how they hang together."""
    words = ontology_terms(frame().view)
    return render_template(
        "ontology.html",
        section="ontology",
        words=words,
        namespace=NS,
        terms=words.terms,
        address=_address,
        worked=_examples(frame().view.folder),
        drawings=[diagram.diagram(words, name) for name in diagram.GRIDS],
    )
