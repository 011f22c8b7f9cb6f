"""Fills a local cloud with demo attendees and a draft announcement through its front door; running it again changes nothing."""
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import telegram

HERE = Path(__file__).parent
ATTENDEES = json.loads((HERE / "attendees.json").read_text())
ANNOUNCEMENT = json.loads((HERE / "announcement.json").read_text())
AT_ONCE = 4  # each concurrent request costs ministack a function process


class SeedFailed(Exception):
    """The API refused something."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


def seed(base_url, bot_token, admin_api_key):
    """Logs every attendee in, completes the profile, and drafts the announcement; returns how many attendees there are."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        count = len(list(pool.map(lambda attendee: _attend(base_url, bot_token, attendee), ATTENDEES)))
    _announce(f"{base_url}/api/v1/notifications", {"X-API-Key": admin_api_key})
    return count


def _attend(base_url, bot_token, attendee):
    auth = {"X-Telegram-Auth": telegram.init_data(bot_token, attendee["telegram"])}
    _call("POST", f"{base_url}/api/v1/auth/login", auth)
    _call("PATCH", f"{base_url}/api/v1/users/me", auth, attendee["profile"])
    _call("PUT", f"{base_url}/api/v1/users/me/socials", auth, attendee["socials"])


def _announce(url, auth):
    try:
        _call("POST", f"{url}/templates", auth, ANNOUNCEMENT["template"])
    except SeedFailed as refused:
        if refused.code != "TEMPLATE_NAME_TAKEN":
            raise
    if ANNOUNCEMENT["job"]["title"] not in _job_titles(url, auth):
        _call("POST", f"{url}/jobs", auth, ANNOUNCEMENT["job"])


def _job_titles(url, auth):
    titles, cursor = set(), ""
    while cursor is not None:
        page = _call("GET", f"{url}/jobs?limit=100{cursor and f'&cursor={cursor}'}", auth)
        titles.update(job["title"] for job in page["items"])
        cursor = page["next_cursor"]
    return titles


def _call(method, url, headers, body=None):
    request = urllib.request.Request(url, method=method, headers=dict(headers))
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        answer = error.read().decode()
        code = json.loads(answer).get("code") if answer.startswith("{") else None
        raise SeedFailed(f"{method} {url}: {error.code} {answer}", code) from error
