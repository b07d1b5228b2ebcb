"""Frames between the server and its query workers: a JSON head and a body of bytes.

length of head (4 bytes, big endian) · length of body (8 bytes) · head · body
"""

import json
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

_LENGTHS = struct.Struct(">IQ")
_READ = 1 << 16

Head = Mapping[str, Any]


def send(connection: socket.socket, head: Head, body: bytes | memoryview = b"") -> None:
    """One frame, written whole."""
    text = encoded(head)
    start = _LENGTHS.pack(len(text), len(body)) + text
    # One write for a small frame: each further one would wake the reader early.
    if len(body) < _READ:
        connection.sendall(start + body)
        return
    connection.sendall(start)
    connection.sendall(body)


def encoded(head: Head) -> bytes:
    """A head as it is sent."""
    return json.dumps(head).encode()


def framed(text: bytes, body: bytes) -> bytes:
    """One frame whose head is encoded already."""
    return _LENGTHS.pack(len(text), len(body)) + text + body


def whole(data: bytes) -> bool:
    """Whether these first bytes of a frame are all of it."""
    if len(data) < _LENGTHS.size:
        return False
    of_head, of_body = _LENGTHS.unpack_from(data)
    return bool(len(data) >= _LENGTHS.size + of_head + of_body)


def receive(connection: socket.socket) -> tuple[Head, bytes]:
    """The next frame, of a side that sends no other before it is answered.

    Raises EOFError when the other side is gone.
    """
    head, body, _ = following(connection)
    return head, body


def following(
    connection: socket.socket, tick: Callable[[], None] | None = None, data: bytes | bytearray = b""
) -> tuple[Head, bytes, bytes]:
    """The next frame, and what was read of those after it.

    `tick` is called whenever the connection's timeout passes without a byte. `data` is what was
    read before. Raises EOFError when the other side is gone, and whatever `tick` raises.
    """
    # One read for a small frame: each read gives the interpreter away and has to win it back.
    while len(data) < _LENGTHS.size:
        data += _some(connection, tick)
    of_head, of_body = _LENGTHS.unpack_from(data)
    start = _LENGTHS.size + of_head
    if len(data) < start + of_body:
        data = _filled(connection, bytearray(data), start + of_body, tick)
    head: Head = json.loads(data[_LENGTHS.size : start])
    end = start + of_body
    return head, bytes(memoryview(data)[start:end]), bytes(data[end:])


def _some(connection: socket.socket, tick: Callable[[], None] | None) -> bytes:
    while True:
        try:
            data = connection.recv(_READ)
        except TimeoutError:
            if tick is not None:
                tick()
            continue
        except ConnectionResetError:
            data = b""
        if not data:
            raise EOFError("the other side is gone")
        return data


def _filled(
    connection: socket.socket, buffer: bytearray, length: int, tick: Callable[[], None] | None
) -> bytes | bytearray:
    """The buffer, read on to this length."""
    done = len(buffer)
    buffer.extend(bytes(length - done))
    view = memoryview(buffer)
    while done < length:
        try:
            count = connection.recv_into(view[done:])
        except TimeoutError:
            if tick is not None:
                tick()
            continue
        except ConnectionResetError:
            count = 0
        if not count:
            raise EOFError("the other side is gone")
        done += count
    view.release()
    return buffer
