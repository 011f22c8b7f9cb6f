"""What sample events name of the demo data: ids, which are others in each cloud, and an image that was uploaded."""
import base64
import urllib.request

import conference
import seed
import telegram
from api import call

# One red pixel.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


def names(base_url, bot_token, admin_api_key, known):
    """The values by name; an image that is `known` from before is not uploaded again."""
    api, admin = f"{base_url}/api/v1", {"X-API-Key": admin_api_key}
    attendee = {"X-Telegram-Auth": telegram.init_data(bot_token, seed.ATTENDEES[0]["telegram"])}
    lists = call("GET", f"{api}/conferences/{conference.SLUG}/checkin/lists", admin)["items"]
    return {
        "USER_ID": call("GET", f"{api}/users/me", attendee)["id"],
        "CHECKIN_LIST_ID": lists[0]["id"],
        "MEDIA_ID": known.get("MEDIA_ID") or _upload(api, attendee),
    }


def _upload(api, owner):
    begun = call("POST", f"{api}/media/uploads", owner, {"kind": "image", "content_type": "image/png", "size": len(PNG)})
    upload = begun["upload"]
    request = urllib.request.Request(upload["url"], data=PNG, headers=upload["headers"], method=upload["method"])
    urllib.request.urlopen(request, timeout=30).close()
    call("POST", f"{api}/media/{begun['id']}/complete", owner)
    return begun["id"]
