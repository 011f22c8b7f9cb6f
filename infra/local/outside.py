"""Stands in for the outside world: Telegram, Apify, LinkedIn's provider, Azure OpenAI, a CDN, and SES in front of ministack's.

`outside.py PORT SES_PORT AWS_ENDPOINT` serves each under its own first path segment, keeps what it received, and misbehaves
when told (SES has a port of its own, since paths and hosts of AWS requests are signed):

    GET    /_control/requests?service=telegram&match=...   what arrived, oldest first; DELETE forgets it
    PUT    /_control/faults {"service", "status"?, "delay_ms"?, "times"?, "match"?, "retry_after"?} -> {"id"}
    DELETE /_control/faults[?id=...]

`match` is a substring of path or body, so that tests running side by side do not meet.
"""
import json
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from outside_answers import SERVICES, SesPassThrough
from outside_cdn import Cdn
from outside_memory import Memory

BODY_LIMIT = 10 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """Routes a request to the control interface or to the service that its path names."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet per answer, not one per header
    memory = Memory()
    services = SERVICES

    def _handle(self):
        split = urllib.parse.urlsplit(self.path)
        _, first, *rest = split.path.split("/", 2)
        query = dict(urllib.parse.parse_qsl(split.query))
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT:
            self.close_connection = True
            return self._send(413, {"error": "body too large"})
        body = self.rfile.read(length)
        if self.server.service:
            return self._serve(self.server.service, split.path, query, body)
        path = "/" + "".join(rest)
        if first == "_control":
            return self._send(*self._control(path, query, body))
        if first in self.services:
            return self._serve(first, path, query, body)
        self._send(404, {"error": f"no such service; there are {sorted(self.services)}"})

    def _serve(self, name, path, query, body):
        service, text = self.services[name], body.decode("utf-8", "replace")
        self.memory.record(name, self.command, path, query, self.headers, text)
        fault = self.memory.take_fault(name, f"{self.path}\n{text}")
        if fault:
            time.sleep(fault.get("delay_ms", 0) / 1000)
            if "status" in fault:
                return self._send(*service.fault(fault["status"], fault.get("retry_after", 1)))
        self._send(*service.answer(self.command, path, query, self.headers, body))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _control(self, path, query, body):
        action = (self.command, path)
        if action == ("GET", "/requests"):
            return 200, self.memory.requests(query.get("service"), query.get("match"))
        if action == ("DELETE", "/requests"):
            return 200, self.memory.forget_requests()
        if action == ("PUT", "/faults"):
            fault = json.loads(body)
            return (200, self.memory.add_fault(fault)) if fault.get("service") in self.services else (400, {"error": "service?"})
        if action == ("DELETE", "/faults"):
            return 200, self.memory.forget_faults(query.get("id"))
        return 404, {"error": "no such control"}

    def _send(self, status, body, headers=None):
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def log_message(self, format, *args):
        """Keeps quiet: what arrived is told by /_control/requests, where memory is bounded and secrets are left out."""


class Server(ThreadingHTTPServer):
    """Takes bursts of connections; threads die with the process. `service` is set when it serves only one."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, port, service=None):
        super().__init__(("127.0.0.1", port), Handler)
        self.service = service


def main():
    """Serves until it is ended."""
    port, ses_port, aws_endpoint = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    SERVICES["ses"] = SesPassThrough(aws_endpoint)
    SERVICES["cdn"] = Cdn(aws_endpoint)
    threading.Thread(target=Server(ses_port, "ses").serve_forever, daemon=True).start()
    Server(port).serve_forever()


if __name__ == "__main__":
    main()
