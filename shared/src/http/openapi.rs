//! The OpenAPI document: what all functions' routes say of themselves, with what is common to them.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{ArrayItems, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, ComponentsBuilder, ContentBuilder, HeaderBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr,
    ServerBuilder,
};
use utoipa::{IntoParams, IntoResponses, PartialSchema, ToSchema};

use super::etag::IfMatch;
use super::idempotency;
use super::routes::Document;
use crate::error::ErrorBody;

const ABOUT: &str = "\
The backend of a conference week: log in with Telegram, own a profile, find each other.

- **Errors** have one shape: `code` is for programs and stable, `error` is for people, `request_id` is for asking us.
- **Lists** come in pages: `next_cursor` of one is `cursor` of the next, with the same query.
- **Changes** may carry an `Idempotency-Key`: sent again with it, they happen once and answer the same.
- **Versions** are `ETag`s: `If-None-Match` reads only what is newer, `If-Match` changes only what is not.
- **Limits** are told by `RateLimit` and `RateLimit-Policy`; after a 429, `Retry-After` says when to come back.";

/// The error answers of every route, for `#[utoipa::path(responses(..., Errors))]`.
#[derive(Clone, Copy, Debug)]
pub struct Errors;

impl IntoResponses for Errors {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        BTreeMap::from([("default".to_owned(), Ref::from_response_name("Error").into())])
    }
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header("If-Match", "Only if this is still its `ETag`.")]
    }
}

/// The document of these routes.
pub fn document(functions: impl IntoIterator<Item = Document>) -> OpenApi {
    let info = InfoBuilder::new().title("IBW API").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).build();
    // The gateway's root, seen from the document: the local cloud's is not its host's root.
    let server = ServerBuilder::new().url("../..").description(Some("The API that serves this document.")).build();
    let mut document = OpenApiBuilder::new().info(info).servers(Some([server])).components(Some(common())).build();
    for routes in functions {
        document.merge(routes.into_openapi());
    }
    for (path, item) in &mut document.paths.paths {
        complete(path, item);
    }
    for (name, schema) in document.components.iter_mut().flat_map(|components| &mut components.schemas) {
        tidy(name, schema);
    }
    document
}

/// The error answer, and the ways to say who one is.
fn common() -> Components {
    let mut schemas = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut schemas);
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name(ErrorBody::name()))).build();
    let seconds = HeaderBuilder::new()
        .schema(Some(ObjectBuilder::new().schema_type(Type::Integer)))
        .description(Some("Seconds to wait, where that may help."))
        .build();
    let error = ResponseBuilder::new()
        .description("An error: `code` says which.")
        .content("application/json", body)
        .header("Retry-After", seconds)
        .build();
    let secret =
        |name: &str, text: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, text)));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    bearer.description = Some("The access token of a login, or an admin token.".to_owned());
    ComponentsBuilder::new()
        .schemas_from_iter(schemas)
        .response("Error", error)
        .security_scheme(
            "telegram",
            secret("X-Telegram-Auth", "Mini App init data, as `Telegram.WebApp.initData` has it."),
        )
        .security_scheme("api_key", secret("X-API-Key", "An API key with the route's scope."))
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .build()
}

fn header(name: &str, description: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(text))
        .build()
}

/// Adds what holds for every operation: the key of changes, and a description of each answer, without which it is not valid.
fn complete(path: &str, item: &mut PathItem) {
    let changes = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten();
    for operation in changes.filter(|_| idempotency::is_offered(path)) {
        let key = header(
            "Idempotency-Key",
            "A name of your own for this change: sent again with it, the change happens once.",
        );
        operation.parameters.get_or_insert_default().push(key.into());
    }
    let describe = |(status, response): (&String, &mut RefOr<Response>)| {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let reason = status.parse().ok().and_then(|status: StatusCode| status.canonical_reason());
            reason.unwrap_or(status).clone_into(&mut response.description);
        }
    };
    let all = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten();
    all.flat_map(|operation: &mut Operation| &mut operation.responses.responses).for_each(describe);
}

/// An answer has all its fields, `null` where there is nothing, and a page names its items instead of repeating what they are.
/// A request, which is a type that says what becomes of unknown fields, may leave fields out: that is not the same as `null`.
fn tidy(name: &str, schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::AllOf(all)) => all.items.iter_mut().for_each(|part| tidy(name, part)),
        RefOr::T(Schema::Object(object)) if object.additional_properties.is_none() => {
            object.required = object.properties.keys().cloned().collect();
            if let Some(item) = name.strip_prefix("Page_")
                && let Some(RefOr::T(Schema::Array(items))) = object.properties.get_mut("items")
            {
                items.items = ArrayItems::RefOrSchema(Box::new(Ref::from_schema_name(item).into()));
            }
        }
        RefOr::T(Schema::Object(object)) => {
            for property in object.properties.values_mut() {
                let default = match property {
                    RefOr::T(Schema::Object(object)) => &mut object.default,
                    RefOr::T(Schema::OneOf(one_of)) => &mut one_of.default,
                    RefOr::Ref(reference) => &mut reference.default,
                    RefOr::T(_) => continue,
                };
                default.take_if(|default| *default == Value::Null);
            }
        }
        _ => {}
    }
}
