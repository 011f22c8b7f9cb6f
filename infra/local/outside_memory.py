"""What the stand-in remembers: the requests it received, without secrets, and the faults it was told to show."""
import itertools
import re
import threading
import time
from collections import deque

REQUESTS_KEPT = 10_000
BODY_KEPT = 16_384
FAULTS_KEPT = 1_000
SECRET_HEADERS = {"authorization", "api-key", "x-api-key", "x-amz-security-token", "cookie"}
SECRET_QUERY = {"token", "api_key", "key"}


class Memory:
    """Bounded, and safe to use from many threads."""

    def __init__(self):
        self._lock = threading.Lock()
        self._requests = deque(maxlen=REQUESTS_KEPT)
        self._faults = deque(maxlen=FAULTS_KEPT)
        self._ids = itertools.count(1)

    def record(self, service, method, path, query, headers, body):
        """Keeps one request; of a bot token only the bot's id, and of a webhook's secret nothing."""
        entry = {
            "service": service,
            "method": method,
            "path": re.sub(r"^/bot(\d+):[^/]*", r"/bot\1", path),
            "query": {name: value for name, value in query.items() if name.lower() not in SECRET_QUERY},
            "headers": {name.lower(): value for name, value in headers.items() if name.lower() not in SECRET_HEADERS},
            "body": re.sub(r'("secret_token":\s*")[^"]*', r"\1", body)[:BODY_KEPT],
            "at": time.time(),
        }
        with self._lock:
            self._requests.append(entry)

    def requests(self, service, match):
        """The requests of `service` (all when None) whose path or body contains `match`."""
        with self._lock:
            kept = list(self._requests)
        return {"items": [
            entry for entry in kept
            if service in (None, entry["service"]) and (match is None or match in entry["path"] or match in entry["body"])
        ]}

    def forget_requests(self):
        """Forgets every request."""
        with self._lock:
            self._requests.clear()
        return {}

    def add_fault(self, fault):
        """Keeps a fault until it has shown itself `times` times, or is forgotten."""
        with self._lock:
            fault_id = str(next(self._ids))
            self._faults.append({**fault, "id": fault_id})
        return {"id": fault_id}

    def forget_faults(self, fault_id):
        """Forgets one fault, or all when `fault_id` is None."""
        with self._lock:
            kept = [fault for fault in self._faults if fault_id not in (None, fault["id"])]
            self._faults = deque(kept, maxlen=FAULTS_KEPT)
        return {}

    def take_fault(self, service, text):
        """The first fault that fits a request, or None; counts it as shown."""
        with self._lock:
            for fault in self._faults:
                if fault["service"] == service and fault.get("match", "") in text and fault.get("times", 1) > 0:
                    if "times" in fault:
                        fault["times"] -= 1
                    return dict(fault)
        return None
