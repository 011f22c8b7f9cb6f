"""What a function logged in a running local cloud, oldest first."""
import sys

import deploy
import settings


def show(cloud, function):
    """Prints the lines of one function."""
    logs = deploy.client(cloud, "logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{settings.PREFIX}-{function}")
    lines = 0
    for page in pages:
        for event in page["events"]:
            print(event["message"].rstrip())
            lines += 1
    if not lines:
        print(f"{function} has logged nothing here yet.", file=sys.stderr)
