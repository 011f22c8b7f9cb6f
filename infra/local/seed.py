"""Fills a local cloud with demo attendees through its front door; running it again changes nothing."""
import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import telegram

ATTENDEES = json.loads((Path(__file__).parent / "attendees.json").read_text())
AT_ONCE = 4  # each concurrent request costs ministack a function process


class SeedFailed(Exception):
    """The API refused something."""


def seed(base_url, bot_token):
    """Logs every attendee in and completes the profile; returns how many there are."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return len(list(pool.map(lambda attendee: _attend(base_url, bot_token, attendee), ATTENDEES)))


def _attend(base_url, bot_token, attendee):
    auth = {"X-Telegram-Auth": telegram.init_data(bot_token, attendee["telegram"])}
    _call("POST", f"{base_url}/api/v1/auth/login", auth)
    _call("PATCH", f"{base_url}/api/v1/users/me", auth, attendee["profile"])
    _call("PUT", f"{base_url}/api/v1/users/me/socials", auth, attendee["socials"])


def _call(method, url, headers, body=None):
    request = urllib.request.Request(url, method=method, headers=dict(headers))
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise SeedFailed(f"{method} {url}: {error.code} {error.read().decode()}") from error
