"""What each client may cost: seconds of evaluation, refilled by the minute.

Kept in memory only, in a form that names nobody, and written nowhere (web.middleware.shared.debts).
"""

import ipaddress
import math
import time
from collections.abc import Callable

from werkzeug.http import parse_list_header

from graph.errors import RateError
from web.middleware.shared.debts import Debts


class Rates:
    """A budget of `budget` seconds of evaluation a minute for every client; 0 sets no limit.

    `debts` may be shared with other processes.
    """

    def __init__(
        self, budget: float, debts: Debts, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._budget, self._debts, self._clock = budget, debts, clock

    def check(self, address: str) -> None:
        """Nothing, while this client has budget left.

        Raises RateError, which says when it has some again.
        """
        if not self._budget:
            return
        debt = self._debts.debt(client(address), self._clock(), self._budget / 60)
        if debt < self._budget:
            return
        over = debt - self._budget
        raise RateError(
            f"this client has used its {self._budget:g} seconds of evaluation a minute",
            "wait, ask for less, or download a dump",
            retry_after=max(1, math.ceil(over / self._budget * 60)),
            extra={"limit": "rate", "value": self._budget, "unit": "seconds per minute"},
        )

    def charge(self, address: str, seconds: float) -> None:
        """Add what a query of this client cost."""
        if not self._budget:
            return
        self._debts.add(client(address), seconds, self._clock(), self._budget / 60)


def caller(peer: str, forwarded: str | None, proxies: int) -> str:
    """The address of who asks: the peer, or whom so many trusted proxies say they speak for."""
    named = parse_list_header(forwarded) if proxies and forwarded else []
    return (named[-proxies] if len(named) >= proxies > 0 else "") or peer


def client(address: str) -> str:
    """Whom an address stands for: itself, or in IPv6 its /64, which is one subscriber's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
