//! The OpenAPI document: what all functions' routes say of themselves, with what is common to them.

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

- **Errors** have one shape. `code` is stable and for programs, `error` is for people, `request_id` finds the request in our logs. \
Each operation lists its codes by status.
- **Lists** come in pages. Send the `next_cursor` of one page as `cursor` to get the next, with the same filters.
- **Idempotency**: send a change with an `Idempotency-Key`. If you send it again, it happens once and the first answer is repeated.
- **Versions** are `ETag`s. `If-None-Match` reads only a newer version. `If-Match` changes only the version you read.
- **Rate limits** are in `RateLimit` and `RateLimit-Policy`. After a 429, `Retry-After` says when to try again.";

/// The groups of operations, in the order in which a reader meets them.
const TAGS: [(&str, &str); 13] = [
    ("auth", "Log in with Telegram, stay logged in, and see where you are logged in."),
    ("users", "Profiles: your own, other people's, and the directory."),
    ("conferences", "Conferences: the weeks that everything else belongs to."),
    ("agenda", "The agenda of a conference: its draft, its releases, bookmarks and calendars."),
    ("speakers", "The speakers of a conference."),
    ("attendees", "Tickets of a conference: imports, claims, and the directory of attendees."),
    ("checkin", "Check-in at a conference: lists, scans, and what a scanner needs offline."),
    ("events", "Side events: write them, approve them, register, and arrive."),
    ("media", "Uploads of pictures, videos and import files."),
    ("notifications", "Your notifications and preferences; templates and jobs for organizers."),
    ("telegram", "What Telegram calls."),
    ("privacy", "Your data: export it, or have it erased."),
    ("docs", "This document, and the health of the API."),
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
        // The gateway's root, seen from the document: the local cloud's is not its host's root.
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
