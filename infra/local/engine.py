"""ministack with one correction: OPTIONS of an HTTP API without CORS settings reaches its routes, as it does on AWS.

ministack answers every preflight itself, from the API's CORS settings; our functions answer CORS. requirements.txt
pins ministack exactly, so the names used here hold.
"""
import sys

from ministack import app
from ministack.services import apigateway

_execute = apigateway.handle_execute


async def _handle_execute(api_id, stage, path, method, headers, body, query_params, raw_query_string=None):
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


if __name__ == "__main__":
    apigateway.handle_execute = _handle_execute
    sys.exit(app.main())
