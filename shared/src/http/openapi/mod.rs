//! The OpenAPI document: the descriptions of all routes, and what they have in common.

mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::Document;
use super::security::schemes;
use crate::error::{Code, ErrorBody};
use utoipa::{PartialSchema, ToSchema};

const ABOUT: &str = "\
The backend of a conference week: log in with Telegram, find sessions and side events, register, check in, and get notified.

- **Errors** have one shape. `code` is for programs and never changes. `error` is for people and may change. \
`request_id` identifies the request in our logs. Each operation lists its codes by status.
- **Lists** have pages. To get the next page, send `next_cursor` as `cursor`, with the same filters.
- **Idempotency**: send a change with an `Idempotency-Key`. A repeated request changes nothing and gets the first answer again.
- **Versions** are `ETag`s. With `If-None-Match`, a read answers 304 if you have the current answer. With `If-Match`, a change applies \
only to the version that you read.
- **Rate limits** are in the headers `RateLimit` and `RateLimit-Policy`. After a 429, wait for the seconds in `Retry-After`.";

/// Codes of answers to requests that no operation answers.
const UNROUTED: [Code; 2] = [Code::NOT_FOUND, Code::METHOD_NOT_ALLOWED];

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
    let (mut components, mut tags, mut codes) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::from(UNROUTED));
    for function in functions {
        tags.extend(function.tags);
        for (described, properties) in function.operations {
            components.extend(described.schemas.iter().map(|(name, schema)| (name.clone(), json!(schema))));
            for method in described.methods.clone() {
                codes.extend(operations::codes(&described, &properties, &method));
                let item = paths.entry(described.path.clone()).or_default();
                item.insert(method.as_str().to_lowercase(), operations::complete(&described, &properties, &method));
            }
        }
    }
    let mut error = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut error);
    components.extend(error.into_iter().map(|(name, schema)| (name, json!(schema))));
    components.entry(<Code as ToSchema>::name().into_owned()).and_modify(|schema| schema["enum"] = json!(codes));
    let schemas = schemas::by_role(&mut paths, components);
    OpenApi {
        openapi: "3.1.0",
        info: json!({"title": "IBW API", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT}),
        // The root of the API, relative to the document. `GET /openapi.json` replaces it by the address that was
        // called.
        servers: json!([{"url": "../..", "description": "The API that serves this document."}]),
        tags: tags.into_iter().map(|(name, about)| json!({"name": name, "description": about})).collect(),
        components: json!({
            "schemas": schemas,
            "headers": operations::headers(),
            "securitySchemes": schemes().into_iter().collect::<BTreeMap<_, _>>(),
        }),
        paths,
    }
}
