"""All that fronts share, made before they are forked."""

from dataclasses import dataclass, field

from web.middleware.shared.board import Board
from web.middleware.shared.debts import Debts
from web.middleware.shared.region import Region
from web.middleware.shared.rooms import Rooms


@dataclass(frozen=True)
class Commons:
    """What fronts share; `front` is the number of this one, from 0.

    `log` is held by whoever writes to the access log.
    """

    front: int = 0
    board: Board = field(default_factory=lambda: Board(1))
    rooms: Rooms = field(default_factory=lambda: Rooms(1))
    debts: Debts = field(default_factory=Debts)
    log: Region = field(default_factory=Region)
