"""How each outside service answers, and how it fails, in its own shape."""
import itertools
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request


class Telegram:
    """The Bot API: /bot<token>/<method>."""

    _message_ids = itertools.count(1)
    _faults = {
        400: "Bad Request: chat not found",
        401: "Unauthorized",
        403: "Forbidden: bot was blocked by the user",
        429: "Too Many Requests: retry after {retry_after}",
    }

    def answer(self, method, path, query, headers, body):
        match = re.fullmatch(r"/bot(\d+):[^/]+/(\w+)", path)
        if not match:
            return self.fault(404, 0)
        bot_id, call = int(match.group(1)), match.group(2)
        arguments = {**query, **_fields(headers, body)}
        bot = {"id": bot_id, "is_bot": True, "first_name": "India Blockchain Week", "username": "ibw_local_bot"}
        user_id = int(arguments.get("user_id") or 0)
        results = {
            "getMe": lambda: bot,
            "sendMessage": lambda: {**self._message(bot, arguments), "text": arguments["text"]},
            "sendPhoto": lambda: {
                **self._message(bot, arguments), "caption": arguments.get("caption", ""),
                "photo": [{"file_id": arguments["photo"], "file_unique_id": "local", "width": 1280, "height": 720}],
            },
            "getChatMember": lambda: {
                "status": "member", "user": {"id": user_id, "is_bot": False, "first_name": f"User {user_id}"}},
            "setWebhook": lambda: isinstance(arguments["url"], str),
        }
        if call not in results:
            return self.fault(404, 0)
        try:
            return 200, {"ok": True, "result": results[call]()}
        except (KeyError, ValueError) as problem:
            return 400, {"ok": False, "error_code": 400, "description": f"Bad Request: {problem} is missing or wrong"}

    def _message(self, bot, arguments):
        chat = int(arguments["chat_id"])
        return {
            "message_id": next(self._message_ids), "date": int(time.time()), "from": bot,
            "chat": {"id": chat, "type": "private" if chat > 0 else "supergroup"},
        }

    def fault(self, status, retry_after):
        description = self._faults.get(status, "Not Found" if status == 404 else "Internal Server Error")
        answer = {"ok": False, "error_code": status, "description": description.format(retry_after=retry_after)}
        if status == 429:
            answer["parameters"] = {"retry_after": retry_after}
        return status, answer


class Apify:
    """Actor runs that have already succeeded, and their dataset."""

    _profile = {
        "userName": "ibw_attendee", "name": "IBW Attendee", "description": "Building on-chain credit in Bengaluru",
        "followers": 1200, "following": 340, "isVerified": False, "location": "Bengaluru, India",
    }

    def answer(self, method, path, query, headers, body):
        run = {"data": {"id": "run_local", "status": "SUCCEEDED", "defaultDatasetId": "dataset_local"}}
        if method == "POST" and re.fullmatch(r"/v2/acts/[^/]+/runs", path):
            return 201, run
        if method == "GET" and re.fullmatch(r"/v2/actor-runs/[^/]+", path):
            return 200, run
        if path.endswith("/run-sync-get-dataset-items") or re.fullmatch(r"/v2/datasets/[^/]+/items", path):
            return 200, [self._profile]
        return self.fault(404, 0)

    def fault(self, status, retry_after):
        kinds = {403: "insufficient-permissions", 404: "record-not-found", 429: "rate-limit-exceeded"}
        return status, {"error": {"type": kinds.get(status, "internal-server-error"), "message": "stand-in fault"}}


class LinkedIn:
    """The profile provider."""

    def answer(self, method, path, query, headers, body):
        name = query.get("username") or path.rsplit("/", 1)[-1]
        return 200, {
            "public_identifier": name, "full_name": name.replace("-", " ").title(), "headline": "Protocol engineer",
            "summary": "Ten years of distributed systems, four of them on-chain.", "country": "IN",
            "experiences": [{"company": "Polygon Labs", "title": "Protocol engineer"}],
        }

    def fault(self, status, retry_after):
        return status, {"code": status, "description": "stand-in fault"}, {"Retry-After": str(retry_after)}


class OpenAi:
    """Azure OpenAI's chat completions, always with the same structured answer."""

    _answer = {
        "headline": "Protocol engineer building on-chain credit",
        "interests": ["zero knowledge", "payments"],
        "topics": ["defi", "infrastructure"],
        "crypto_profile": {"ecosystems": ["ethereum", "polygon"], "roles": ["developer"], "interests": ["lending"]},
    }

    def answer(self, method, path, query, headers, body):
        if not path.endswith("/chat/completions"):
            return self.fault(404, 0)
        return 200, {
            "id": "chatcmpl-local", "object": "chat.completion", "created": int(time.time()), "model": "local",
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": json.dumps(self._answer)}}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150},
        }

    def fault(self, status, retry_after):
        return status, {"error": {"code": str(status), "message": "stand-in fault"}}, {"Retry-After": str(retry_after)}


class SesPassThrough:
    """SES v2: handed on as it was signed to ministack, where the message can be read afterwards, unless told to fail."""

    _kinds = {
        400: "MessageRejected", 403: "AccessDeniedException", 404: "NotFoundException", 429: "TooManyRequestsException"}

    def __init__(self, endpoint):
        self._endpoint = endpoint

    def answer(self, method, path, query, headers, body):
        url = f"{self._endpoint}{path}" + (f"?{urllib.parse.urlencode(query)}" if query else "")
        passed = {name: value for name, value in headers.items()
                  if name.lower() not in ("content-length", "connection", "accept-encoding")}
        request = urllib.request.Request(url, data=body or None, headers=passed, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read(), {"Content-Type": answer.headers["Content-Type"]}
        except urllib.error.HTTPError as error:
            return error.code, error.read(), {"x-amzn-ErrorType": error.headers.get("x-amzn-ErrorType", "")}

    def fault(self, status, retry_after):
        return status, {"message": "stand-in fault"}, {"x-amzn-ErrorType": self._kinds.get(status, "InternalServiceError")}


def _fields(headers, body):
    """A JSON or form body as a dict."""
    if not body:
        return {}
    if "json" in headers.get("Content-Type", ""):
        return json.loads(body)
    return dict(urllib.parse.parse_qsl(body.decode()))


SERVICES = {"telegram": Telegram(), "apify": Apify(), "linkedin": LinkedIn(), "openai": OpenAi()}
