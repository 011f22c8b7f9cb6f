"""Calls to the API of a local cloud."""
import json
import urllib.error
import urllib.request


class Refused(Exception):
    """The API refused something; `code` says what, as its documentation lists it."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


def call(method, url, headers, body=None):
    """The JSON of an answer."""
    return answer(method, url, headers, body)[0]


def answer(method, url, headers, body=None):
    """The JSON of an answer, and its headers."""
    request = urllib.request.Request(url, method=method, headers=dict(headers))
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            text = response.read()
            return json.loads(text) if text else None, response.headers
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        code = json.loads(text).get("code") if text.startswith("{") else None
        raise Refused(f"{method} {url}: {error.code} {text}", code) from error
