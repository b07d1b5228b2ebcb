"""Findings worded as claims: the same words, and the terms of the ontology for what they say."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from graph.draft import named, related, told
from graph.draft.quoting import Quote
from graph.draft.rules.finding import Finding
from graph.draft.writer import Entry, Writer

_KINDS: Mapping[str, Callable[[Writer, Finding, Quote], Iterator[Entry]]] = {
    "date": told.date, "statistic": told.statistic, "speech": told.speech,
    "measure": told.measure, "obligation": told.obligation, "relation": related.relation,
    "policy_document": named.policy_document, "organization": named.organization,
    "place": named.place, "person": named.person, "meeting": named.meeting,
}  # fmt: skip
"""How a finding of each kind is worded."""


def entries(writer: Writer, finding: Finding) -> Iterator[Entry]:
    """The claims a finding could be worded as, the fullest first; none without words to quote."""
    clause = finding.kind in ("measure", "obligation", "speech")
    quote = writer.quotes.around(finding.start, finding.end, exact=clause)
    if quote is None and finding.kind == "policy_document":
        quote = writer.title(finding)
    if quote is not None:
        yield from _KINDS[finding.kind](writer, finding, quote)


class _Plain(yaml.SafeDumper):
    """YAML without anchors: what is said twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the interface of PyYAML
        """Never an alias."""
        return True


def written(entry: Mapping[str, Any]) -> str:
    """A claim as the lines of YAML that `claims.yaml` has for it."""
    return yaml.dump(
        [dict(entry)], Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000
    )
