"""Reads a calendar with a library that is not ours, and prints what it understood as JSON.

Called by tests/it/calendar/feed.rs: the calendar is on standard input; arguments are time zones to show the times in.
"""

import json
import sys
from zoneinfo import ZoneInfo

from icalendar import Calendar


def text(component, name):
    value = component.get(name)
    return None if value is None else str(value)


def entry(event, zones):
    start, end = event["DTSTART"].dt, event["DTEND"].dt
    assert start.utcoffset().total_seconds() == 0, "times are UTC"
    return {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "summary": text(event, "SUMMARY"),
        "description": text(event, "DESCRIPTION"),
        "location": text(event, "LOCATION"),
        "url": text(event, "URL"),
        "changed_at": event["LAST-MODIFIED"].dt.isoformat(),
        "stamp": event["DTSTAMP"].dt.isoformat(),
        "starts": [start.astimezone(ZoneInfo(zone)).isoformat() for zone in zones],
        "ends": [end.astimezone(ZoneInfo(zone)).isoformat() for zone in zones],
    }


calendar = Calendar.from_ical(sys.stdin.buffer.read())
errors = [str(error) for component in calendar.walk() for error in component.errors]
assert not errors, errors
print(json.dumps({
    "name": text(calendar, "X-WR-CALNAME"),
    "product": text(calendar, "PRODID"),
    "method": text(calendar, "METHOD"),
    "refresh_seconds": int(calendar["REFRESH-INTERVAL"].dt.total_seconds()),
    "components": [component.name for component in calendar.subcomponents],
    "entries": [entry(event, sys.argv[1:] or ["UTC"]) for event in calendar.walk("VEVENT")],
}))
