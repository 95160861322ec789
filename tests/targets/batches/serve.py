"""HTTP for the coordinator or the worker."""

import json
import os
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import coordinator
import worker
from documents import Unsure
from door import Invalid

ROLE = {"coordinator": coordinator, "worker": worker}[sys.argv[1]]


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path == "/health":
            self.give(200, {"serves": sys.argv[1]})
        elif url.path == "/status" and ROLE is coordinator:
            self.give(*self.tried(coordinator.on_status, dict(parse_qsl(url.query, keep_blank_values=True))))
        else:
            self.give(404, {"error": self.path})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        route = ROLE.ROUTES.get(urlsplit(self.path).path)
        if route is None:
            return self.give(404, {"error": self.path})
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.give(*self.tried(route, headers, body))

    def tried(self, route, *inputs):
        try:
            return route(*inputs)
        except Invalid as error:
            return 400, {"error": str(error)}
        except worker.Taken as error:
            return 409, {"error": f"held by {error}"}
        except (coordinator.Busy, Unsure) as error:
            return 503, {"error": str(error)}
        except Exception as error:
            print(repr(error), file=sys.stderr, flush=True)
            return 500, {"error": repr(error)}

    def give(self, status, content):
        has_content = status != HTTPStatus.NO_CONTENT
        body = json.dumps(content).encode() if has_content else b""
        self.send_response(status)
        if has_content:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 200


if __name__ == "__main__":
    Server(("127.0.0.1", int(os.environ["PORT"])), Door).serve_forever()
