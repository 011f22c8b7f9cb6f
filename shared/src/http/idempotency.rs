//! `Idempotency-Key`: an unsafe request that is sent again has its effect once, and gets the first answer again for 24
//! hours (draft-ietf-httpapi-idempotency-key-header-07).
//!
//! Keys are the caller's own: the record is found by caller and key, and holds the fingerprint of the request it was
//! first used with. A route whose answers are credentials, which are not to be stored, takes no part
//! ([`super::Handlers::not_repeatable`]).
//!
//! An answer is kept with the privileges of its caller, as a repeated request runs no extractor that would look at
//! them. A caller who has lost one of them since does not get the answer. An ordinary user has none.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::extract::read_body;
use super::principal::{privileges, visible};
use super::problem;
use super::request_info::RequestInfo;
use crate::app::App;
use crate::attempt::Attempt;
use crate::dynamo::{Begun, Once, OnceKey, Ticket};
use crate::error::{ApiError, Code};

const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longer than any request takes (API Gateway's limit is 30 s), in seconds.
const LEASE: i64 = 60;
/// How long an answer is kept, in seconds.
const KEPT_FOR: i64 = 24 * 3600;
/// Headers of an answer that are part of it; the others are of the one request.
const KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, ETAG, LOCATION];

/// Whether a request asks for it.
pub(super) fn is_asked(request: &Request) -> bool {
    !request.method().is_safe() && request.headers().contains_key(KEY)
}

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// What its caller may do more than an ordinary user.
    #[serde(default)]
    privileges: BTreeSet<String>,
}

pub(super) async fn run(app: &App, caller: &str, request: Request, next: Next) -> Response {
    once(app, caller, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn once(app: &App, caller: &str, request: Request, next: Next) -> Result<Response, ApiError> {
    let key = request.headers().get(KEY).map(visible).unwrap_or_default().to_owned();
    if !(1..=255).contains(&key.len()) {
        return Err(ApiError::new(
            Code::INVALID_IDEMPOTENCY_KEY,
            "`Idempotency-Key` must have 1 to 255 visible ASCII characters.",
        ));
    }
    let request_id = request.extensions().get::<RequestInfo>().map(|info| info.id.clone()).unwrap_or_default();
    let (parts, content) = request.into_parts();
    let privileges = privileges(&parts);
    let bytes = read_body(Request::from_parts(parts.clone(), content)).await?;
    let mut hash = Sha256::new();
    // A change of one version is another request than the same change of another version.
    // Its bytes, as those of a tag may be no text.
    hash.update(format!("{} {}\n", parts.method, parts.uri));
    let versions: Vec<&[u8]> = parts.headers.get_all(IF_MATCH).iter().map(HeaderValue::as_bytes).collect();
    hash.update(versions.join(&b", "[..]));
    hash.update("\n");
    hash.update(&bytes);
    let fingerprint = hex::encode(hash.finalize());
    match app.once.begin(&OnceKey::new("http", &[caller, &key]), &fingerprint, LEASE).await? {
        Begun::Started(ticket) => {
            let attempt = Attempt::new(ticket.begun_at(), &[caller, &key, &fingerprint], ticket.is_repeated());
            let response = attempt.run(next.run(Request::from_parts(parts, Body::from(bytes)))).await;
            // An error gets its body here: the first answer's request id is part of it.
            Ok(keep(&app.once, ticket, problem::render(response, &request_id), privileges).await)
        }
        Begun::InFlight { fingerprint: first, .. } | Begun::Finished { fingerprint: first, .. }
            if first != fingerprint =>
        {
            Err(ApiError::new(
                Code::IDEMPOTENCY_KEY_REUSED,
                "This `Idempotency-Key` was used with another request. Use a new key.",
            ))
        }
        Begun::Finished { answer: Some(answer), .. } => replay(&answer, &privileges),
        Begun::InFlight { .. } | Begun::Finished { answer: None, .. } => Err(ApiError::new(
            Code::IDEMPOTENCY_IN_FLIGHT,
            "The first request with this `Idempotency-Key` is still running. Try again in a second.",
        )),
    }
}

/// Whether an answer settles the request. Others may change without a change of the request's meaning: the caller logs
/// in, gets a right, reads the version again, or waits.
fn settles(status: StatusCode) -> bool {
    let mended = [
        StatusCode::UNAUTHORIZED,
        StatusCode::FORBIDDEN,
        StatusCode::NOT_FOUND,
        StatusCode::NOT_ACCEPTABLE,
        StatusCode::CONFLICT,
        StatusCode::PRECONDITION_FAILED,
        StatusCode::PAYLOAD_TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::PRECONDITION_REQUIRED,
        StatusCode::TOO_MANY_REQUESTS,
    ];
    !mended.contains(&status) && !status.is_server_error()
}

/// Keeps an answer that settles the request. If it cannot be kept, the request is done all the same: one that is sent
/// again finds what this one has created.
async fn keep(once: &Once, ticket: Ticket, response: Response, privileges: BTreeSet<String>) -> Response {
    if !settles(response.status()) {
        if let Err(error) = once.abandon(ticket).await {
            tracing::warn!(%error, "idempotency.not_abandoned");
        }
        return response;
    }
    let (parts, content) = response.into_parts();
    let bytes = match content.collect().await {
        Ok(content) => content.to_bytes(),
        Err(error) => return ApiError::internal(error).into_response(),
    };
    let header = |name: &HeaderName| Some((name.to_string(), parts.headers.get(name)?.to_str().ok()?.to_owned()));
    let answer = Answer {
        status: parts.status.as_u16(),
        headers: KEPT_HEADERS.iter().filter_map(header).collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        privileges,
    };
    let kept = match serde_json::to_string(&answer) {
        Ok(answer) => once.finish(ticket, Some(answer), KEPT_FOR).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = kept {
        tracing::error!(%error, "idempotency.answer_not_kept");
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn replay(answer: &str, privileges: &BTreeSet<String>) -> Result<Response, ApiError> {
    let answer: Answer = serde_json::from_str(answer).map_err(ApiError::internal)?;
    if !answer.privileges.is_subset(privileges) {
        return Err(ApiError::new(
            Code::IDEMPOTENCY_RIGHT_LOST,
            "You have lost a right since the first request with this `Idempotency-Key`, or it cannot be checked now. \
             Its answer is not repeated. For another request, use a new key.",
        ));
    }
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).map_err(ApiError::internal)?;
    for (name, value) in &answer.headers {
        let name = HeaderName::try_from(name).map_err(ApiError::internal)?;
        response.headers_mut().insert(name, HeaderValue::from_str(value).map_err(ApiError::internal)?);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
