"""The application over a release built from the articles of this checkout, once a process."""

import atexit
from functools import cache
from pathlib import Path

import releases
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.mapping import article
from graph.paths import ARTICLES
from graph.rdf import namespaces, store
from graph.settings import Settings
from server import create_app
from web.middleware.stack import EXTENSION

SLUG = releases.SLUG
PUBLIC = "http://pages.example"


def folder() -> Path:
    """The folder `current` of that release."""
    return releases.article()


def made(release: Path, source_text: str = "full", query_seconds: float = 10) -> Flask:
    """An application over a release."""
    settings = Settings(
        release=release,
        public_url=PUBLIC,
        workers=1,
        spares=0,
        rate=0,
        log="off",
        source_text=source_text,
        query_seconds=query_seconds,
    )
    app = create_app(settings)
    atexit.register(app.extensions[EXTENSION].pool.close)
    return app


@cache
def app(source_text: str = "full") -> Flask:
    """The application over that release, showing so much of the article's words."""
    return made(folder(), source_text)


@cache
def app_of_many() -> Flask:
    """The application over the release of many articles; no query has more than two seconds."""
    return made(releases.many(), query_seconds=2)


def client(source_text: str = "full") -> FlaskClient:
    """A client of that application."""
    return app(source_text).test_client()


@cache
def text(slug: str = SLUG) -> str:
    """The source text of an article, as the build reads it."""
    return article.load(ARTICLES / slug).text


@cache
def articles() -> tuple[str, ...]:
    """The articles of the release."""
    return tuple(sorted(path.name for path in (folder() / "articles").iterdir()))


@cache
def dataset() -> Store:
    """The quads of the release."""
    return store.read(folder() / "store")


@cache
def names() -> tuple[str, ...]:
    """Every IRI of ours in the release, without fragments: what a client may ask for."""
    found = set()
    for quad in dataset():
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, NamedNode) and term.value.startswith(namespaces.CANONICAL_BASE):
                found.add(term.value.partition("#")[0])
    return tuple(sorted(found))


@cache
def facts() -> tuple[Quad, ...]:
    """Every triple of every claim graph."""
    graphs = (q for q in dataset() if not isinstance(q.graph_name, DefaultGraph))
    claims = (q for q in graphs if str(q.graph_name).startswith(f"<{namespaces.IDS}claim/"))
    return tuple(sorted(claims, key=str))
