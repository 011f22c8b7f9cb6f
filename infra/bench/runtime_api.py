"""Stands in for Lambda: starts a function's binary, hands it events over the Runtime API, and takes the time."""
import json
import os
import select
import socket
import subprocess
import time

# Where functions run, and where the rest does; the same where there is only one.
FUNCTION_CORE, *_, BENCH_CORE = sorted(os.sched_getaffinity(0)) * 2


class Instance:
    """One instance of a function. `started`, `ready` and `answered` are in nanoseconds of `time.monotonic_ns`."""

    def __init__(self, binary, variables):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections = []
        self._count = 0
        environment = {
            **variables,
            "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:%d" % self._listener.getsockname()[1],
            "AWS_LAMBDA_FUNCTION_NAME": binary.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
            "AWS_LAMBDA_LOG_GROUP_NAME": "bench",
            "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
        }
        os.sched_setaffinity(0, {FUNCTION_CORE})
        self.started = time.monotonic_ns()
        self._process = subprocess.Popen([binary], env=environment, stdout=subprocess.DEVNULL)
        os.sched_setaffinity(0, {BENCH_CORE})
        self._waiting = self._expect("GET", "/next")[0]
        self.ready = time.monotonic_ns()

    def invoke(self, event):
        """The function's answer to an event, and how long it was busy: until it asked for the next event, as Lambda bills it."""
        body = json.dumps(event).encode()
        self._count += 1
        head = (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            f"lambda-runtime-aws-request-id: request-{self._count}\r\n"
            f"lambda-runtime-deadline-ms: {int(time.time() * 1000) + 10_000}\r\n"
            "lambda-runtime-invoked-function-arn: arn:aws:lambda:ap-south-1:000000000000:function:bench\r\n"
            "lambda-runtime-trace-id: Root=1-0-0;Sampled=0\r\n\r\n"
        )
        sent = time.monotonic_ns()
        self._waiting.sendall(head.encode() + body)
        connection, answer = self._expect("POST", "/response")
        self.answered = time.monotonic_ns()
        connection.sendall(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        self._waiting = self._expect("GET", "/next")[0]
        return json.loads(answer), time.monotonic_ns() - sent

    def peak_memory(self):
        """In bytes."""
        with open(f"/proc/{self._process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

    def stop(self):
        self._process.kill()
        self._process.wait()
        for connection in [self._listener, *self._connections]:
            connection.close()

    def _expect(self, method, end):
        """The next request, which must be this one, and the connection it came over."""
        while True:
            ready, _, _ = select.select([self._listener, *self._connections], [], [], 10)
            if not ready:
                self.stop()
                raise SystemExit(f"the function does not call {method} …{end}")
            if self._listener in ready:
                connection = self._listener.accept()[0]
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._connections.append(connection)
                continue
            line, body, _ = read_message(ready[0])
            if not line:
                self._connections.remove(ready[0])
            elif line.startswith(f"{method} ") and line.split()[1].endswith(end):
                return ready[0], body
            else:
                raise SystemExit(f"the function calls {line}: {body.decode()}")


def read_message(connection):
    """The first line, the body and the header fields of an HTTP message; nothing when the connection was closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return "", b"", []
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    length = next((int(field[15:]) for field in fields if field.lower().startswith("content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return line, body, fields
