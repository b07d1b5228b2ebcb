"""The documentation of the ontology: every term with what it means, generated from its files."""

from flask import Blueprint, render_template

from graph.namespaces import CONCEPTS, NS
from graph.paths import ONTOLOGY
from web import diagram
from web.frame import frame
from web.glossary import glossary

ontology = Blueprint("ontology", __name__)


def _address(iri: str) -> str:
    """Where the page explains a term; a foreign term and a code lead to their own pages."""
    if iri.startswith(NS):
        return f"#{iri.removeprefix(NS)}"
    return f"/concept/{iri.removeprefix(CONCEPTS)}" if iri.startswith(CONCEPTS) else iri


def _examples() -> list[tuple[str, str]]:
    """The worked examples of the checkout: name and text."""
    files = sorted((ONTOLOGY / "examples").glob("*.t*"))
    return [(path.stem.replace("-", " "), path.read_text("utf-8")) for path in files]


@ontology.get("/ontology", strict_slashes=False)
def index() -> str:
    """Show every class, property and code list, and how they hang together."""
    words = glossary(frame().view.folder)
    return render_template(
        "ontology.html",
        section="ontology",
        words=words,
        namespace=NS,
        terms=words.terms,
        address=_address,
        worked=_examples(),
        drawings=[diagram.diagram(words, name) for name in diagram.GRIDS],
    )
