"""The pages about the data: its things, its evidence and its articles, registered in one call."""

from flask import Flask

from graph.settings import Settings
from web import frame
from web.evidence import evidence
from web.reader import reader
from web.resources import resources


def install(app: Flask, settings: Settings) -> None:
    """Give the application its frame and the pages about the data."""
    frame.install(app, settings)
    for blueprint in (resources, evidence, reader):
        app.register_blueprint(blueprint)
