"""ministack, corrected where it differs from AWS in what this system relies on. Each correction says what AWS does.

requirements.txt pins ministack exactly, so the inner names used here hold until the pin moves.
"""
import email.utils
import json
import sys

from ministack import app
from ministack.core import iam_actions
from ministack.services import apigateway

_execute = apigateway.handle_execute
_action = iam_actions.extract_iam_action
_resource = iam_actions.extract_resource_arn


async def _execute_or_preflight(api_id, stage, path, method, headers, body, query_params, raw_query_string=None):
    """OPTIONS of an HTTP API without CORS settings reaches its routes. (ministack answers it with 403.)"""
    scope = apigateway.find_api_scope(api_id)
    if method != "OPTIONS" or scope is None:
        return await _execute(api_id, stage, path, method, headers, body, query_params, raw_query_string)
    account, region = scope
    with apigateway.request_scope(account, region):
        route = apigateway._match_route(api_id, method, path)
        integration = apigateway._integrations[api_id][route["target"].split("/")[-1]]
        return await apigateway._invoke_lambda_proxy(
            integration, api_id, stage, path, method, {name.lower(): value for name, value in headers.items()}, body,
            query_params, route["routeKey"], owner_account_id=account, owner_region=region,
            raw_query_string=raw_query_string,
        )


def _action_of_one(*request):
    """A batch call of SQS needs the permission of its single call. (ministack asks for one that does not exist.)"""
    action = _action(*request)
    return action[: -len("Batch")] if action and action.startswith("sqs:") and action.endswith("Batch") else action


def _resource_or_sender(service, method, path, headers, body, query_params, region, account_id):
    """Sending an email needs a permission on the sender's identity. (ministack asks for one on everything.)"""
    if service == "ses" and path == "/v2/email/outbound-emails":
        _, sender = email.utils.parseaddr(json.loads(body)["FromEmailAddress"])
        return f"arn:aws:ses:{region}:{account_id}:identity/{sender}"
    return _resource(service, method, path, headers, body, query_params, region, account_id)


if __name__ == "__main__":
    apigateway.handle_execute = _execute_or_preflight
    iam_actions.extract_iam_action = _action_of_one
    iam_actions.extract_resource_arn = _resource_or_sender
    sys.exit(app.main())
