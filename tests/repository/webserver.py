"""A web server near by that gives git repositories to who knows the password, and notes what others could see."""

from __future__ import annotations

import base64
import contextlib
import http.server
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

USER, PASSWORD = "ada", "s3cret/of:ada"
ENCODED = "ada:s3cret%2Fof:ada"
"""The same as a URL has them."""


class Request(NamedTuple):
    """One request, and the machine at that moment."""

    path: str
    authorization: str
    """What stood in that header; empty for none."""
    lines: tuple[str, ...]
    """Arguments of every process that runs, as everybody can read them."""


class Server:
    """The server; each request is noted before it is answered."""

    def __init__(self, root: Path, elsewhere: str = "", look: Callable[[], None] = lambda: None) -> None:
        """`root` is the folder of repositories; with `elsewhere`, every request is sent on there."""
        self.requests: list[Request] = []
        self._look = look
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.note(self)
                expected = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
                if elsewhere:
                    self.send_response(302)
                    self.send_header("Location", elsewhere + self.path)
                    self.end_headers()
                elif self.headers.get("Authorization") != f"Basic {expected}":
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="x"')
                    self.end_headers()
                else:
                    self._answer(root)

            def do_POST(self) -> None:
                self.do_GET()

            def _answer(self, root: Path) -> None:
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                variables = {
                    "GIT_PROJECT_ROOT": str(root),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_CONFIG_NOSYSTEM": "1",
                    "GIT_CONFIG_GLOBAL": os.devnull,
                    "GIT_CONFIG_COUNT": "1",
                    "GIT_CONFIG_KEY_0": "safe.directory",
                    "GIT_CONFIG_VALUE_0": "*",
                    "PATH": os.environ["PATH"],
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
                    "REMOTE_USER": USER,
                }
                done = subprocess.run(
                    ["git", "http-backend"], input=body, env=variables, capture_output=True, check=False
                )
                head, _, content = done.stdout.partition(b"\r\n\r\n")
                self.send_response(200)
                for line in head.decode().splitlines():
                    name, _, value = line.partition(": ")
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self.place = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def note(self, handler: http.server.BaseHTTPRequestHandler) -> None:
        """Look round while git waits for the answer."""
        self._look()
        self.requests.append(
            Request(handler.path, handler.headers.get("Authorization") or "", tuple(_lines()))
        )

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _lines() -> Iterator[str]:
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                yield (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
