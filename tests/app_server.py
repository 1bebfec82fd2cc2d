"""The page's server as users start it, on a free port."""

import contextlib
import os
import socket
import subprocess
import tempfile
import time
import urllib.request


@contextlib.contextmanager
def serving(command, folder, **environment):
    """Run a command that starts the server (`{port}` stands for the port), from a folder; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = tempfile.TemporaryFile()  # noqa: SIM115 - a pipe that nobody reads would hold the server up
    process = subprocess.Popen(
        [one.format(port=port) for one in command],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=said,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 120
        while True:
            if process.poll() is not None:
                said.seek(0)
                raise AssertionError(f"the page's server ended: {said.read().decode()}")
            assert time.monotonic() < until, "the page's server did not start"
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5).close()
                break
            except OSError:
                time.sleep(0.3)
        yield port
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        process.wait(timeout=30)
        said.close()


def connect(port, *, origin=None, host=None):
    """Ask for the page's connection; the status of the answer: 101 is welcome, 403 is not."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        lines = [
            "GET /_stcore/stream HTTP/1.1",
            f"Host: {host or f'127.0.0.1:{port}'}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            *([f"Origin: {origin}"] if origin else []),
        ]
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(line.recv(200).split()[1])
