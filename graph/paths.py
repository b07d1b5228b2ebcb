"""Where the parts of a checkout lie: the one constant root every module starts from."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ONTOLOGY = ROOT / "ontology"
QUERIES = ROOT / "queries"
CHECKS = QUERIES / "checks"
ARTICLES = ROOT / "graph" / "articles"
BUILD = ROOT / "build"
WEB = ROOT / "web"
STATIC = WEB / "static"
