"""Brings a local cloud up and down: `cloud.py up --dir .local --port 4566`, `cloud.py down --dir .local`."""
import argparse
import shutil
import sys
from pathlib import Path

import api
import demo
import deploy
import environment
import logs
import processes
import samples
import seed
import settings

HERE = Path(__file__).parent

WELCOME = """
Base URL  {BASE_URL}
Docs      {BASE_URL}/api/v1/docs

Log in as an attendee:
  curl -s -X POST '{BASE_URL}/api/v1/auth/login' -H 'X-Telegram-Auth: {ATTENDEE_INIT_DATA}'
Log in as an admin:
  curl -s -X POST '{BASE_URL}/api/v1/auth/admin/token' -H 'X-API-Key: {ADMIN_API_KEY}'

The same values are in {dir}/env:  . {dir}/env"""


def up(folder, port, binaries):
    """Starts everything afresh and deploys; returns the cloud and the stack's outputs. Nothing is left running when that fails."""
    down(folder)
    cloud = settings.create(folder, port)
    try:
        _start(cloud)
        return cloud, deploy.deploy(cloud, binaries)
    except BaseException:
        down(folder)
        raise


def _start(cloud):
    temporary = cloud.dir / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    processes.start(cloud.dir, "ministack", [sys.executable, HERE / "engine.py"], _ministack_environment(cloud, temporary))
    processes.start(
        cloud.dir, "outside",
        [sys.executable, HERE / "outside.py", str(cloud.outside_port), str(cloud.ses_port), cloud.endpoint],
        settings.base_environment())
    processes.wait_until_ready(cloud.dir, "ministack", f"{cloud.endpoint}/_ministack/health")
    processes.wait_until_ready(cloud.dir, "outside", f"{cloud.outside}/_control/requests")


def down(folder):
    """Ends what runs in `folder`."""
    folder = Path(folder).resolve()
    processes.stop(folder, "ministack")
    processes.stop(folder, "outside")


def _ministack_environment(cloud, temporary):
    """ministack hands its own environment to the functions, so what they need beyond the template goes here."""
    return {
        **settings.base_environment(),
        **settings.aws_environment(cloud),
        "AUTH": "true",  # signatures are verified, and each function may do what its policies in the template say
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(cloud.port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": settings.REGION,
        "TMPDIR": str(temporary),
        "LOG_LEVEL": "WARNING",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # ministack tidies Docker containers when it finds a daemon; there is nothing of ours there.
        "DOCKER_HOST": f"unix://{temporary}/no-docker.sock",
    }


def seed_demo(cloud):
    """Seeds the demo data and renews the init data in the env file."""
    values = environment.read(cloud.dir)
    count = seed.seed(values["BASE_URL"], cloud.bot_token, cloud.admin_api_key)
    print(f"Seeded {count} attendees, a draft announcement and the conference `ibw`.")
    names = demo.names(values["BASE_URL"], cloud.bot_token, cloud.admin_api_key, values)
    return environment.write(cloud, values["BASE_URL"], names)


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["up", "seed", "logs", "down"])
    parser.add_argument("function", nargs="?", help="whose logs")
    parser.add_argument("--dir", type=Path, default=Path(".local"))
    parser.add_argument("--port", type=int, default=4566, help="ministack's; the stand-ins take the next two; 0 for any free ports")
    parser.add_argument("--binaries", type=Path, default=settings.TARGET / "debug", help="where the functions were built")
    parser.add_argument("--bare", action="store_true", help="up without demo data and without a word")
    options = parser.parse_args()
    try:
        _run(options)
    except (processes.NotReady, deploy.DeployFailed, api.Refused) as problem:
        sys.exit(f"{problem}")


def _run(options):
    if options.command == "down":
        return down(options.dir)
    if options.command == "logs" and (problem := samples.function_problem(options.function, "make logs F=users")):
        sys.exit(problem)
    if options.command == "up":
        cloud, outputs = up(options.dir, options.port, options.binaries)
        environment.write(cloud, outputs["ApiUrl"])
    else:
        cloud = settings.load(options.dir)
        if cloud is None or not processes.running(cloud.dir, "ministack"):
            sys.exit("No local cloud runs here: start it with make up.")
    if options.command == "logs":
        logs.show(cloud, options.function)
    elif not options.bare:
        print(WELCOME.format(dir=options.dir, **seed_demo(cloud)))


if __name__ == "__main__":
    main()
