"""Writes `<dir>/CargoLambda.toml`, which tells `cargo lambda watch` the function of each path, as template.yaml does the gateway."""
import re
import sys
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

import settings


def main(folder):
    resources = yaml_parse((settings.ROOT / "template.yaml").read_text())["Resources"]
    functions = [resource["Properties"] for resource in resources.values() if resource["Type"] == "AWS::Serverless::Function"]
    lines = ["[watch.router]"]
    for path, function in sorted(route for function in functions for route in _routes(function)):
        lines.append(f'"{path}" = "{function}"')
    (folder / "CargoLambda.toml").write_text("\n".join(lines) + "\n")


def _routes(function):
    """The paths of a function, each with the function's name. The router refuses two names for a parameter in one place, so
    parameters are named by their place."""
    name = function["FunctionName"]["Fn::Sub"].removeprefix("${Prefix}-")
    events = [event["Properties"] for event in function.get("Events", {}).values() if event["Type"] == "HttpApi"]
    for path in {event["Path"] for event in events if "Path" in event}:
        yield re.sub(r"\{\w+\}", lambda found: f"{{p{path.count('/', 0, found.start())}}}", path), name


if __name__ == "__main__":
    main(Path(sys.argv[1]))
