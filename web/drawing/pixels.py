"""A picture as pixels, drawn by a process of its own: no request waits behind it but its own kind.

`python -m web.drawing.pixels` takes an SVG file on its input and writes the PNG to its output. It
has so many seconds and so much memory, and there is one at a time.
"""

import signal
import subprocess
import sys
import threading

from graph.errors import LimitError, UnavailableError
from graph.paths import ROOT
from graph.workers import sandbox

SHARPNESS = 2
"""Pixels of a PNG for each of its picture, in either direction."""
SECONDS = 15
_MEMORY = 512 << 20
_NO_FONT = 3
"""The exit status of a process that has no font with Chinese characters."""
TURN = threading.Semaphore()
"""Held by whoever has a picture drawn."""


def png(drawn: str) -> bytes:
    """An SVG file as pixels, two for each of its own, drawn with the fonts of this machine.

    Raises UnavailableError where none of them has Chinese characters, and LimitError when another
    picture is being drawn for too long, or this one takes too long.
    """
    if not TURN.acquire(timeout=SECONDS):
        raise _late()
    try:
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", __name__],
            input=drawn.encode(),
            capture_output=True,
            cwd=ROOT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _late() from error
    finally:
        TURN.release()
    if ran.returncode == _NO_FONT:
        raise UnavailableError(
            "this machine has no font with Chinese characters to draw a PNG with",
            "take ?format=svg; whoever runs the server can install one (fonts-noto-cjk)",
        )
    if ran.returncode != 0:
        raise RuntimeError(f"no PNG was drawn ({ran.returncode}): {ran.stderr.decode()[-2000:]}")
    return ran.stdout


def _late() -> LimitError:
    return LimitError(
        f"the picture was not drawn within {SECONDS} seconds",
        "take ?format=svg, or ask again later",
        retry_after=SECONDS,
        extra={"limit": "time", "value": SECONDS, "unit": "seconds"},
    )


def pixels(drawn: str, zoom: int = SHARPNESS) -> bytes:
    """The same, drawn in this process, whatever its fonts."""
    # Only the process that draws has to load it.
    import resvg_py  # noqa: PLC0415

    return resvg_py.svg_to_bytes(svg_string=drawn, zoom=zoom)


def _has_chinese() -> bool:
    """Whether two Chinese characters look different: without a font both are a box, or gone."""
    drawn = {
        pixels(
            '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
            f'<text y="30" font-size="30">{character}</text></svg>',
            1,
        )
        for character in "一减"
    }
    return len(drawn) == 2


def main() -> int:
    """Draw what comes in."""
    signal.alarm(SECONDS)
    sandbox.refuse_network()
    sandbox.limit_memory(_MEMORY)
    drawn = sys.stdin.buffer.read().decode()
    if not _has_chinese():
        return _NO_FONT
    sys.stdout.buffer.write(pixels(drawn))
    return 0


if __name__ == "__main__":
    sys.exit(main())
