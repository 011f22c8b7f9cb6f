//! `Allow`: the methods of a path, on answers to a method that the path does not have, and to `OPTIONS`. axum knows only
//! the methods of its handlers, so it would miss routes of other functions, and list `HEAD` beside each `GET`.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::ALLOW;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use super::routes::RouteTable;

pub(super) async fn methods(State(routes): State<Arc<RouteTable>>, request: Request, next: Next) -> Response {
    let allowed = request.extensions().get::<MatchedPath>().and_then(|path| routes.methods(path.as_str()));
    let asks = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    let refused = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    if let Some(allowed) = allowed.filter(|_| asks || refused)
        && let Ok(value) = HeaderValue::from_str(&allowed)
    {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
