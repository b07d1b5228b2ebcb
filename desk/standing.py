"""The claims of a file as they were read: when some change, the others need not be read again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from desk.blocks import Blocks
from graph.mapping.claims import Claim


@dataclass(frozen=True)
class Exchange:
    """What changes in a file: at `index`, `gone` claims make room for `come` others."""

    index: int
    gone: int
    come: int

    @property
    def mine(self) -> range:
        """Where the new ones stand."""
        return range(self.index, self.index + self.come)


@dataclass(frozen=True)
class Standing:
    """The claims that could be read, by their places in the file."""

    blocks: Blocks
    claims: Mapping[int, Claim]

    @property
    def entire(self) -> bool:
        """Whether all of them could be read."""
        return len(self.claims) == len(self.blocks.entries)

    def exchanged(self, after: Blocks, change: Exchange, claims: Mapping[int, Claim]) -> "Standing":
        """The claims of the file after an exchange, where those were read that are new in it."""
        follow = change.index + change.gone
        further = change.come - change.gone
        lower = after.line(follow + further) - self.blocks.line(follow)
        kept = {index: claim for index, claim in self.claims.items() if index < change.index}
        moved = {
            index + further: _lower(claim, lower) if lower else claim
            for index, claim in self.claims.items() if index >= follow
        }  # fmt: skip
        return Standing(after, {**kept, **claims, **moved})


def _lower(claim: Claim, lines: int) -> Claim:
    return replace(claim, place=replace(claim.place, line=claim.place.line + lines))
