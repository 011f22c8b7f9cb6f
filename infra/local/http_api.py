"""Completes the HTTP API in a transformed template: SAM leaves routes in an OpenAPI body, which ministack does not read."""
import re

API_ID = "ibw"  # ministack takes a wished id from a tag, so that a frontend keeps its base URL when the cloud starts afresh


def complete(template):
    """Writes every route of the body as resources of its own, one integration per function."""
    resources = template["Resources"]
    api = resources["Api"]["Properties"]
    api["Tags"] = {"ms-custom-id": API_ID}
    for path, operations in api["Body"]["paths"].items():
        for method, operation in operations.items():
            integration = operation["x-amazon-apigateway-integration"]
            function = re.search(r"\$\{(\w+)\.Arn\}", integration["uri"]["Fn::Sub"]).group(1)
            resources[f"{function}Integration"] = _of_api("Integration", {
                "IntegrationType": integration["type"].upper(),
                "IntegrationUri": integration["uri"],
                "PayloadFormatVersion": integration["payloadFormatVersion"],
            })
            route = path if path == "$default" else f"{method.upper()} {path}"
            resources["Route" + re.sub(r"\W", "", route.title())] = _of_api("Route", {
                "RouteKey": route,
                "Target": {"Fn::Sub": f"integrations/${{{function}Integration}}"},
            })


def _of_api(kind, properties):
    return {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": {"ApiId": {"Ref": "Api"}, **properties}}
