"""What a run finds: the demo data of the local cloud, tickets, things of the caller's own, and the ids of all of that."""
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "infra/local"))

import conference  # noqa: E402
import demo  # noqa: E402
import seed  # noqa: E402
import telegram  # noqa: E402
from api import Refused, answer, call  # noqa: E402

ADDRESS = os.environ["IBW_FUZZ_ADDRESS"]
API = f"{ADDRESS}/api/v1"
WEEK = f"{API}/conferences/{conference.SLUG}"
ADMIN = {"X-API-Key": os.environ["IBW_FUZZ_API_KEY"]}
CALLER = {"X-Telegram-Auth": os.environ["IBW_FUZZ_INIT_DATA"]}


def signed_now():
    """The caller's init data, signed anew: a request may have logged the caller out everywhere."""
    user = json.loads(dict(urllib.parse.parse_qsl(os.environ["IBW_FUZZ_INIT_DATA"]))["user"])
    return {"X-Telegram-Auth": telegram.init_data(os.environ["IBW_FUZZ_BOT_TOKEN"], user)}


# The examples of the API's document use this code.
CODES = ["k7xq2mv9tz4w", "IBW-0002"]


def ids():
    """Makes all of it. Answers the values of path parameters, by the prefix of ids or by the parameter's name."""
    token = os.environ["IBW_FUZZ_BOT_TOKEN"]
    seed.seed(ADDRESS, token, ADMIN["X-API-Key"])
    guest = {"X-Telegram-Auth": telegram.init_data(token, seed.ATTENDEES[1]["telegram"])}
    sessions = [session["id"] for session in call("GET", f"{WEEK}/agenda", {})["sessions"]]
    _sell()
    call("POST", f"{WEEK}/attendees/claim", CALLER, {"code": CODES[1]})
    call("PUT", f"{WEEK}/agenda/bookmarks/{sessions[0]}", CALLER)
    jobs = _ids(f"{API}/notifications/jobs", ADMIN)
    rows = [{"code": "IBW-0100", "name": "Asha Rao", "ticket_type": "VIP"}]
    return {
        "ags": sessions[:4],
        "cil": _ids(f"{WEEK}/checkin/lists", ADMIN),
        "evt": [_host(guest), *_ids(f"{API}/events?conference={conference.SLUG}", {})],
        "imp": [call("POST", f"{WEEK}/attendees/import", ADMIN, {"rows": rows, "exported_at": conference._now()})["id"]],
        "job": jobs,
        "med": [demo._upload(API, owner) for owner in (CALLER, CALLER, guest)],
        "ses": _sessions(),
        "spk": _ids(f"{WEEK}/speakers", {}),
        "usr": [call("GET", f"{API}/users/me", user)["id"] for user in (CALLER, guest)],
        "code": CODES,
        "name": [seed.ANNOUNCEMENT["template"]["name"]],
        "number": [1],
        "recipients": [call("POST", f"{API}/notifications/jobs/{jobs[0]}/preview", ADMIN)["count"]],
        "slug": [conference.SLUG],
        "telegram_id": [seed.ATTENDEES[1]["telegram"]["id"]],
        "token": [call("POST", f"{API}/calendar/token", owner)["token"] + ".ics" for owner in (CALLER, guest)],
    }


def signature(body):
    """`X-Ticketing-Signature` of a body, as the ticketing system makes it."""
    now, key = int(time.time()), os.environ["IBW_FUZZ_TICKETING_SECRET"].encode()
    return f"t={now},v1={hmac.new(key, f'{now}.'.encode() + body, hashlib.sha256).hexdigest()}"


def etag(path):
    """The `ETag` of the resource that a request to a path changes, if the caller can read it."""
    *parent, action = path.split("/")
    for resource in (path, "/".join([*parent, "draft"] if action == "release" else parent)):
        try:
            return answer("GET", f"{ADDRESS}{resource}", CALLER)[1]["ETag"]
        except (Refused, ValueError):
            continue
    return None


def _ids(url, headers):
    return [item["id"] for item in call("GET", url, headers)["items"]]


def _sessions():
    for _ in range(3):
        call("POST", f"{API}/auth/login", CALLER)
    return _ids(f"{API}/auth/sessions", CALLER)[:3]


def _sell():
    """Tickets come by the webhook, as imports need a worker."""
    tickets = [{"code": code, "name": "Asha Rao", "ticket_type": "Standard"} for code in CODES]
    event = {"id": "evt-1", "type": "order.paid", "occurred_at": conference._now(), "tickets": tickets}
    call("POST", f"{WEEK}/attendees/webhook", {"X-Ticketing-Signature": signature(json.dumps(event).encode())}, event)


def _host(guest):
    """A side event of the caller's own, with a guest who waits for approval."""
    made, headers = answer("POST", f"{API}/events", CALLER, {
        "title": "Coffee", "conference": conference.SLUG, "timezone": "Asia/Kolkata", "format": "online", "capacity": 2,
        "requires_approval": True, "starts_at": "2030-01-01T10:00:00.000Z", "ends_at": "2030-01-01T11:00:00.000Z"})
    call("POST", f"{API}/events/{made['id']}/approve", {**ADMIN, "If-Match": headers["ETag"]})
    call("POST", f"{API}/events/{made['id']}/registrations", guest)
    return made["id"]
