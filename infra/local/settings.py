"""What one local cloud is: its folder, its ports and the secrets made for it at its first start."""
import dataclasses
import json
import os
import secrets
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
REGION = "ap-south-1"
PREFIX = "ibw-local"
SECRETS_ID = f"{PREFIX}-secrets"
BOT_SECRETS_ID = f"{PREFIX}-bot"
EMAIL_FROM = "no-reply@ibw.example"

# The credentials that ministack takes for the account's root user; the functions get those of their roles.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"


@dataclasses.dataclass(frozen=True)
class Cloud:
    """One local cloud. Everything in it is lost with its folder."""

    dir: Path
    port: int
    outside_port: int
    ses_port: int
    bot_token: str
    jwt_secret: str
    signing_key: str
    admin_api_key: str
    telegram_webhook_secret: str
    ticket_signing_key: str
    ticketing_webhook_secret: str

    @property
    def endpoint(self):
        """Where ministack answers as AWS."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def outside(self):
        """Where the stand-in for the outside world answers."""
        return f"http://127.0.0.1:{self.outside_port}"

    @property
    def function_secrets(self):
        """The JSON object that the functions read from Secrets Manager."""
        return {
            "TELEGRAM_BOT_TOKENS": self.bot_token,
            "JWT_SECRETS": f"local:{self.jwt_secret}",
            "SIGNING_KEY": self.signing_key,
            "ADMIN_API_KEY": self.admin_api_key,
            "TELEGRAM_WEBHOOK_SECRET": self.telegram_webhook_secret,
            "TICKET_SIGNING_KEY": self.ticket_signing_key,
            "TICKETING_WEBHOOK_SECRET": self.ticketing_webhook_secret,
        }

    @property
    def bot_secrets(self):
        """The JSON object that the function reads which sends to Telegram: it needs no other key."""
        return {"TELEGRAM_BOT_TOKENS": self.bot_token}


def create(folder, port):
    """Settings of a new cloud in `folder`; port 0 takes free ports, so that test runs never meet."""
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    cloud = Cloud(
        dir=folder,
        port=port or free_port(),
        outside_port=port + 1 if port else free_port(),
        ses_port=port + 2 if port else free_port(),
        bot_token=f"{secrets.randbelow(10**9) + 10**9}:{secrets.token_urlsafe(26)}",
        jwt_secret=secrets.token_hex(32),
        signing_key=secrets.token_hex(32),
        admin_api_key=f"ibw_local_{secrets.token_hex(24)}",
        telegram_webhook_secret=secrets.token_hex(24),
        ticket_signing_key=secrets.token_hex(32),
        ticketing_webhook_secret=secrets.token_hex(24),
    )
    record = dataclasses.asdict(cloud)
    record["dir"] = str(folder)
    path = folder / "cloud.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(record, indent=2))
    return cloud


def load(folder):
    """Settings of the cloud in `folder`, or None when none was ever started there."""
    path = Path(folder).resolve() / "cloud.json"
    if not path.exists():
        return None
    record = json.loads(path.read_text())
    record["dir"] = Path(record["dir"])
    return Cloud(**record)


def aws_environment(cloud):
    """The variables with which any AWS client, SDK or function, reaches this cloud."""
    return {
        "AWS_ENDPOINT_URL": cloud.endpoint,
        "AWS_ENDPOINT_URL_SESV2": f"http://127.0.0.1:{cloud.ses_port}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
    }


def base_environment():
    """The little of the caller's environment that a process needs: the functions inherit it, and must not see the rest."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def free_port():
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
