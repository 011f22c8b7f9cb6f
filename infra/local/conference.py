"""The demo conference: it begins tomorrow, with an agenda, side events, tickets and a check-in list. What is there stays as it is."""
import datetime
import json
import uuid
from pathlib import Path
from zoneinfo import ZoneInfo

from api import Refused, answer, call

DEMO = json.loads((Path(__file__).parent / "conference.json").read_text())
ZONE = ZoneInfo(DEMO["conference"]["timezone"])
SLUG = DEMO["conference"]["slug"]


def seed(api, admin, host, names):
    """Makes what is missing: `admin` and `host` are the headers of an organiser and of an attendee, `names` the ticket holders'."""
    first = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=1)
    days = DEMO["conference"]["days"]
    new = {name: value for name, value in DEMO["conference"].items() if name != "days"}
    new |= {"start_date": str(first), "end_date": str(first + datetime.timedelta(days=days - 1))}
    try:
        call("POST", f"{api}/conferences", admin, new)
    except Refused as refused:
        if refused.code != "CONFERENCE_SLUG_TAKEN":
            raise
        return
    _release_agenda(f"{api}/conferences/{SLUG}/agenda", admin, first)
    for event in DEMO["events"]:
        _host(api, admin, host, first, event)
    _sell(f"{api}/conferences/{SLUG}", admin, names)


def schedule(first):
    """The agenda as pretalx exports one."""
    persons = {person["code"]: {**person, "answers": []} for person in DEMO["persons"]}
    days = []
    for offset in range(DEMO["conference"]["days"]):
        date = first + datetime.timedelta(days=offset)
        rooms = {}
        for day, start, minutes, room, track, kind, title, abstract, codes in DEMO["sessions"]:
            if day == offset:
                rooms.setdefault(room, []).append(_session(date, start, minutes, room, track, kind, title, abstract, [persons[code] for code in codes]))
        days.append({"index": offset + 1, "date": str(date), "rooms": rooms, "day_start": _at(date, "06:00"), "day_end": _at(date + datetime.timedelta(days=1), "05:59")})
    about = {
        "acronym": SLUG, "title": DEMO["conference"]["name"], "start": days[0]["date"], "end": days[-1]["date"], "daysCount": len(days),
        "timeslot_duration": "00:05", "time_zone_name": DEMO["conference"]["timezone"], "days": days,
    }
    return {"schedule": {"version": "1", "conference": about}}


def _session(date, start, minutes, room, track, kind, title, abstract, persons):
    return {
        "guid": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{SLUG}/{title}")), "date": _at(date, start), "start": start, "duration": f"{minutes // 60:02}:{minutes % 60:02}",
        "room": room, "title": title, "track": track, "type": kind, "language": "en", "abstract": abstract, "persons": persons,
    }


def _at(date, clock):
    return datetime.datetime.combine(date, datetime.time.fromisoformat(clock), ZONE).isoformat()


def _release_agenda(url, admin, first):
    call("POST", f"{url}/import", admin, schedule(first))
    _, headers = answer("GET", f"{url}/draft", admin)
    call("POST", f"{url}/release", {**admin, "If-Match": headers["ETag"]})


def _host(api, admin, host, first, event):
    rest = {name: value for name, value in event.items() if name not in ("day", "start", "minutes")}
    starts = datetime.datetime.fromisoformat(_at(first + datetime.timedelta(days=event["day"]), event["start"])).astimezone(datetime.timezone.utc)
    ends = starts + datetime.timedelta(minutes=event["minutes"])
    stamp = "%Y-%m-%dT%H:%M:%S.000Z"
    made, headers = answer("POST", f"{api}/events", host, {
        **rest, "conference": SLUG, "timezone": DEMO["conference"]["timezone"], "starts_at": starts.strftime(stamp), "ends_at": ends.strftime(stamp)})
    call("POST", f"{api}/events/{made['id']}/approve", {**admin, "If-Match": headers["ETag"]})


def _now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sell(url, admin, names):
    """A ticket for each attendee, `IBW-0001` being the first one's, and a list to check them in with."""
    types = DEMO["tickets"]["types"]
    rows = [{"code": f"{DEMO['tickets']['prefix']}-{number:04}", "name": name, "ticket_type": types[number % len(types)]} for number, name in enumerate(names, 1)]
    call("POST", f"{url}/attendees/import", admin, {"rows": rows, "exported_at": _now()})
    call("POST", f"{url}/checkin/lists", admin, {"name": "Main entrance"})
