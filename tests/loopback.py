"""For tests that serve something on this machine to themselves."""

import socket

import pytest


def skip_if_out_of_reach(server):
    """Skip where the machine has no network at all, not even to itself (as under `unshare -n`)."""
    try:
        socket.create_connection(server.server_address, timeout=5).close()
    except OSError as error:
        pytest.skip(f"a server on this machine can't be reached: {error}")
