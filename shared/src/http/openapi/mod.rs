//! The OpenAPI document: the descriptions of all routes, and what they have in common.

mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::Document;
use super::security::schemes;
use crate::error::ErrorBody;
use utoipa::{PartialSchema, ToSchema};

const ABOUT: &str = "\
The backend of a conference week: log in with Telegram, find sessions and side events, register, check in, and get notified.

- **Errors** have one shape. `code` is for programs and never changes. `error` is for people and may change. \
`request_id` identifies the request in our logs. Each operation lists its codes by status.
- **Lists** have pages. To get the next page, send `next_cursor` as `cursor`, with the same filters.
- **Idempotency**: send a change with an `Idempotency-Key`. A repeated request changes nothing and gets the first answer again.
- **Versions** are `ETag`s. With `If-None-Match`, a read answers 304 if you have the current version. With `If-Match`, a change applies \
only to the version that you read.
- **Rate limits** are in the headers `RateLimit` and `RateLimit-Policy`. After a 429, wait for the seconds in `Retry-After`.";

/// The groups of operations, in the order in which a reader meets them.
const TAGS: [(&str, &str); 13] = [
    ("auth", "Log in with Telegram, refresh tokens, and manage login sessions."),
    ("users", "Your profile, profiles of other users, and the directory."),
    ("conferences", "Conferences. Agendas, speakers, tickets and check-in lists belong to a conference."),
    ("agenda", "Agenda of a conference: draft, releases, bookmarks and calendars."),
    ("speakers", "Speakers of a conference."),
    ("attendees", "Tickets of a conference: imports, claims, and the list of attendees."),
    ("checkin", "Check-in at a conference: check-in lists, scans, and data for scanners that are offline."),
    ("events", "Side events: creation, approval, registrations and arrivals."),
    ("media", "Uploads of images, videos and import files."),
    ("notifications", "Your notifications and preferences, and templates and jobs for organisers."),
    ("telegram", "Webhook for Telegram."),
    ("privacy", "Your personal data: export and erasure."),
    ("docs", "This API description, and the health of the API."),
];

/// A document, its members in the order in which people read it.
#[derive(Debug, Serialize)]
pub struct OpenApi {
    openapi: &'static str,
    info: Value,
    servers: Value,
    tags: Vec<Value>,
    paths: BTreeMap<String, BTreeMap<String, Value>>,
    components: Value,
}

/// The document of these routes.
pub fn document(functions: impl IntoIterator<Item = Document>) -> OpenApi {
    let mut paths: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    let mut components = BTreeMap::new();
    for (described, properties) in functions.into_iter().flat_map(|function| function.operations) {
        for (name, schema) in &described.schemas {
            components.insert(name.clone(), json!(schema));
        }
        for method in described.methods.clone() {
            let item = paths.entry(described.path.clone()).or_default();
            item.insert(method.as_str().to_lowercase(), operations::complete(&described, &properties, &method));
        }
    }
    let mut error = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut error);
    components.extend(error.into_iter().map(|(name, schema)| (name, json!(schema))));
    let schemas = schemas::by_role(&mut paths, components);
    let used = |tag: &str| paths.values().flat_map(BTreeMap::values).any(|operation| operation["tags"][0] == tag);
    let tags = TAGS.iter().filter(|(name, _)| used(name));
    OpenApi {
        openapi: "3.1.0",
        info: json!({"title": "IBW API", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT}),
        // The root of the API, relative to the document. `GET /openapi.json` replaces it by the address that was
        // called.
        servers: json!([{"url": "../..", "description": "The API that serves this document."}]),
        tags: tags.map(|(name, about)| json!({"name": name, "description": about})).collect(),
        components: json!({
            "schemas": schemas,
            "headers": operations::headers(),
            "securitySchemes": schemes().into_iter().collect::<BTreeMap<_, _>>(),
        }),
        paths,
    }
}
