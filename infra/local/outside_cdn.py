"""The CDN in front of the uploads. Like the real one, it may read `image/` and `video/` of the bucket and nothing else."""
import re

import boto3
from botocore.exceptions import ClientError

import settings

BUCKET = f"{settings.PREFIX}-media-000000000000-{settings.REGION}"
# An object never changes under its key.
HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "Access-Control-Allow-Origin": "*"}


class Cdn:
    """/image/<id> and /video/<id>, whole or a range."""

    def __init__(self, endpoint):
        self._s3 = boto3.client(
            "s3", endpoint_url=endpoint, region_name=settings.REGION,
            aws_access_key_id=settings.ACCESS_KEY_ID, aws_secret_access_key=settings.SECRET_ACCESS_KEY,
        )

    def answer(self, method, path, query, headers, body):
        if method not in ("GET", "HEAD"):
            return 405, {"error": "a CDN only reads"}, {"Allow": "GET, HEAD"}
        if not re.fullmatch(r"/(image|video)/\w+", path):
            return self.fault(403, 0)
        asked = {"Range": headers["Range"]} if "Range" in headers else {}
        try:
            found = self._s3.get_object(Bucket=BUCKET, Key=path[1:], **asked)
        except ClientError as error:
            return self.fault(error.response["ResponseMetadata"]["HTTPStatusCode"], 0)
        known = {"Content-Type": "ContentType", "ETag": "ETag", "Content-Range": "ContentRange"}
        described = {name: found[member] for name, member in known.items() if found.get(member)}
        return found["ResponseMetadata"]["HTTPStatusCode"], found["Body"].read(), {**HEADERS, **described}

    def fault(self, status, retry_after):
        return status, {"error": "stand-in fault" if status >= 500 else "no such upload"}, {"Access-Control-Allow-Origin": "*"}
