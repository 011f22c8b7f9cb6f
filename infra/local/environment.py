"""Writes `<dir>/env`: what curl, the tests, `cargo lambda watch` and scripts need to use a local cloud."""
import shlex

import deploy
import seed
import settings
import telegram


def write(cloud, base_url, demo=None):
    """Writes the file in shell syntax and returns its values, those of the `demo` data too; the init data in it is good for a day."""
    values = {
        "BASE_URL": base_url,
        "ATTENDEE_INIT_DATA": telegram.init_data(cloud.bot_token, seed.ATTENDEES[0]["telegram"]),
        "ADMIN_API_KEY": cloud.admin_api_key,
        "TELEGRAM_BOT_TOKEN": cloud.bot_token,
        "TELEGRAM_FAKE_URL": cloud.outside,
        "TELEGRAM_WEBHOOK_SECRET": cloud.telegram_webhook_secret,
        **(demo or {}),
        **settings.aws_environment(cloud),
        **_function_environment(cloud),
    }
    # A reader gets the old file or the new one, never a half.
    path = cloud.dir / "env.new"
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items()))
    path.replace(cloud.dir / "env")
    return values


def read(folder):
    """The values of a file that `write` wrote."""
    lines = (folder / "env").read_text().splitlines()
    return {name: "".join(shlex.split(value)) for name, value in (line.split("=", 1) for line in lines)}


def _function_environment(cloud):
    """The variables that the template gives the functions, all together. Names mean the same in each, but for `QUEUE_URL` and
    `DEAD_LETTER_QUEUE_URL`, which are a worker's own: of these there are one worker's, enough for sample events."""
    functions = deploy.client(cloud, "lambda").list_functions()["Functions"]
    return {name: value for function in functions for name, value in function["Environment"]["Variables"].items()}
