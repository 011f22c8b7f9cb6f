"""Stands in for DynamoDB and Secrets Manager, over TLS as the real ones: constant answers, and a record of the calls."""
import json
import socket
import ssl
import subprocess
import threading
import time

from runtime_api import read_message

USER = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"
SECRETS = {
    "TELEGRAM_BOT_TOKENS": "7000000001:AAbenchTokenOfTheBotThatTheBenchUses",
    "JWT_SECRETS": "bench:a secret of the bench that has 32 bytes",
    "SIGNING_KEY": "a signing key of the bench, 32 bytes",
    "ADMIN_API_KEY": "bench-bootstrap-key-of-24-characters",
}
PROFILE = {
    "pk": f"USER#{USER}", "sk": "PROFILE", "entity": "user", "v": 1, "id": USER, "telegram_id": 279058397,
    "username": "asha_rao", "first_name": "Asha", "last_name": "Rao", "name_edited": False, "language_code": "en",
    "photo_url": "https://t.me/i/userpic/320/asha_rao.svg", "is_premium": True, "allows_write_to_pm": True,
    "onboarding_completed": True, "notifications_enabled": True, "email": "asha@example.org", "email_verified": True,
    "twitter_username": "asha_rao", "github_username": "asharao", "job_title": "Protocol engineer",
    "organization": "Example Labs", "roles": ["developer"], "ecosystems": ["ethereum", "solana"],
    "topics": ["defi", "zero-knowledge"], "experience": "5 years", "location": "Bengaluru", "visibility": "attendees",
    "version": 7, "created_at": "2026-11-22T09:30:00.000Z", "updated_at": "2026-11-22T09:30:00.000Z",
}


def attribute(value):
    """A value as DynamoDB writes it."""
    match value:
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case list():
            return {"L": [attribute(each) for each in value]}
        case _:
            return {"S": value}


ANSWERS = {
    "UpdateItem": {"Attributes": {"hits": attribute(1)}},
    "GetItem": {"Item": {name: attribute(value) for name, value in PROFILE.items()}},
    "Query": {"Items": [], "Count": 0, "ScannedCount": 0},  # the control list
    "GetSecretValue": {"Name": "bench", "SecretString": json.dumps(SECRETS)},
}


class Aws:
    """The servers, at `url`. `calls` has the operation and the time of each answer since it was last emptied; `connected` is when
    the last connection was made."""

    def __init__(self, folder):
        certificate = make_certificate(folder)
        self.authority = (folder / "ca.pem").read_bytes()
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, folder / "server.key")
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = "https://127.0.0.1:%d" % self._listener.getsockname()[1]
        self.calls = []
        self.connected = None
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            connection = self._listener.accept()[0]
            self.connected = time.monotonic_ns()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        try:
            with self._context.wrap_socket(connection, server_side=True) as secured:
                while self._answer(secured):
                    pass
        except OSError:
            pass  # the function was stopped

    def _answer(self, connection):
        line, _, fields = read_message(connection)
        if not line:
            return False
        operation = next(field for field in fields if field.lower().startswith("x-amz-target:")).split(".")[-1]
        content = json.dumps(ANSWERS[operation]).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {len(content)}\r\n\r\n"
        self.calls.append((operation, time.monotonic_ns()))
        connection.sendall(head.encode() + content)
        return True


def make_certificate(folder):
    """A certificate for loopback, its key, and the authority that signed it; RSA as those of AWS."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    key = ["-newkey", "rsa:2048", "-nodes"]
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=bench")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-days", "2",
            "-extfile", "names", "-out", "server.pem")
    return folder / "server.pem"


def trusting(binary, authority, copy):
    """A copy of a function that trusts `authority` in place of the first of Amazon's, whose text is as long in the binary."""
    data = binary.read_bytes()
    start = data.index(b"-----BEGIN CERTIFICATE-----")
    end = data.index(b"-----END CERTIFICATE-----", start) + len(b"-----END CERTIFICATE-----")
    copy.write_bytes(data[:start] + authority.strip().ljust(end - start, b"\n") + data[end:])
    copy.chmod(0o755)
    return copy
