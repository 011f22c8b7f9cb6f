"""Signs Mini App init data as Telegram does, with the local bot's token."""
import hashlib
import hmac
import json
import time
import urllib.parse


def init_data(bot_token, user, now=None):
    """The query string that Telegram hands a Mini App, for `user` (a dict in the Bot API's shape)."""
    fields = {
        "auth_date": str(int(now or time.time())),
        "query_id": f"AAH{user['id']}",
        "user": json.dumps(user, ensure_ascii=False, separators=(",", ":")),
    }
    check = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.new(b"WebAppData", bot_token.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(key, check.encode(), hashlib.sha256).hexdigest()
    return urllib.parse.urlencode(fields, quote_via=urllib.parse.quote)
