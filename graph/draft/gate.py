"""What a proposal has to pass: the very reader and proofs of the build, on its claim alone."""

import tempfile
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from graph.draft.naming import Names
from graph.draft.proposal import Proposal
from graph.errors import InputError, Place
from graph.mapping import mapped
from graph.mapping.article import Article
from graph.mapping.facts import Facts
from graph.rdf.vocabulary import vocabulary


@dataclass
class Gate:
    """Reads and proves one claim at a time, over the registry and what a draft would add to it."""

    article: Article
    names: Names

    def __enter__(self) -> Self:
        self._room = tempfile.TemporaryDirectory(prefix="policyprov-draft-")
        self._folder = Path(self._room.name) / self.article.slug
        self._folder.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Clear its room away."""
        self._room.cleanup()

    def refusal(self, proposal: Proposal) -> InputError | None:
        """What the build would say against this proposal; None when it would take it.

        Its quote must be what stands at its offsets, its claim one claim of this article whose
        numbers, dates and links are proven by the words it quotes.
        """
        if self.article.text[proposal.start : proposal.end] != proposal.quote:
            return InputError(
                f"the quote {proposal.quote!r} is not at {proposal.start} of article.txt",
                Place(f"{self.article.slug}/draft.jsonl"), "quote the source as it is printed",
            )  # fmt: skip
        written = "claims:\n" + textwrap.indent(proposal.claim, "  ")
        (self._folder / "claims.yaml").write_text(written, "utf-8")
        facts = Facts(vocabulary(), self.names.all, self.article.names)
        try:
            found = mapped.load(self._folder, self.article, facts)
        except InputError as error:
            return error
        if len(found.claims) == 1:
            return None
        return InputError(
            f"{len(found.claims)} claims in one proposal",
            Place(f"{self.article.slug}/draft.jsonl"), "propose one claim at a time",
        )  # fmt: skip
