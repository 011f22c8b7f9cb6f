"""Fills a local cloud with demo attendees, a draft announcement and a conference through its front door; running it again changes nothing."""
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import conference
import telegram
from api import Refused, call

HERE = Path(__file__).parent
ATTENDEES = json.loads((HERE / "attendees.json").read_text())
ANNOUNCEMENT = json.loads((HERE / "announcement.json").read_text())
AT_ONCE = 4  # each concurrent request costs ministack a function process


def seed(base_url, bot_token, admin_api_key):
    """Logs every attendee in, completes the profile, drafts the announcement and makes the conference; returns how many attendees there are."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        count = len(list(pool.map(lambda attendee: _attend(base_url, bot_token, attendee), ATTENDEES)))
    admin = {"X-API-Key": admin_api_key}
    _announce(f"{base_url}/api/v1/notifications", admin)
    host = {"X-Telegram-Auth": telegram.init_data(bot_token, ATTENDEES[0]["telegram"])}
    names = [f"{attendee['telegram']['first_name']} {attendee['telegram'].get('last_name', '')}".strip() for attendee in ATTENDEES]
    conference.seed(f"{base_url}/api/v1", admin, host, names)
    return count


def _attend(base_url, bot_token, attendee):
    auth = {"X-Telegram-Auth": telegram.init_data(bot_token, attendee["telegram"])}
    call("POST", f"{base_url}/api/v1/auth/login", auth)
    call("PATCH", f"{base_url}/api/v1/users/me", auth, attendee["profile"])
    call("PUT", f"{base_url}/api/v1/users/me/socials", auth, attendee["socials"])


def _announce(url, auth):
    try:
        call("POST", f"{url}/templates", auth, ANNOUNCEMENT["template"])
    except Refused as refused:
        if refused.code != "TEMPLATE_NAME_TAKEN":
            raise
    if ANNOUNCEMENT["job"]["title"] not in _job_titles(url, auth):
        call("POST", f"{url}/jobs", auth, ANNOUNCEMENT["job"])


def _job_titles(url, auth):
    titles, cursor = set(), ""
    while cursor is not None:
        page = call("GET", f"{url}/jobs?limit=100{cursor and f'&cursor={cursor}'}", auth)
        titles.update(job["title"] for job in page["items"])
        cursor = page["next_cursor"]
    return titles
