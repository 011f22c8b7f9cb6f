//! The OpenAPI document: what all functions' routes say of themselves, with what is common to them.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};
use utoipa::{IntoResponses, ToSchema};

use super::stack::Router;
use crate::error::ErrorBody;

/// The error answers of every route, for `#[utoipa::path(responses(..., Errors))]`.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only its description is used")]
pub enum Errors {
    /// An error: `code` says which, and `docs/API.md` lists them all.
    #[response(status = "default", content_type = "application/json")]
    Any(#[to_schema] ErrorBody),
}

/// The document of these routes.
pub fn document(routes: impl IntoIterator<Item = Router>) -> OpenApi {
    let info = InfoBuilder::new()
        .title("IBW API")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The backend of a conference week: log in with Telegram, own a profile, find each other."))
        .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()))
        .build();
    let header =
        |name: &str, text: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, text)));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    bearer.description = Some("The access token of a login, or an admin token.".to_owned());
    let components = ComponentsBuilder::new()
        .schema(ErrorBody::name(), <ErrorBody as utoipa::PartialSchema>::schema())
        .security_scheme(
            "telegram",
            header("X-Telegram-Auth", "Mini App init data, as `Telegram.WebApp.initData` has it."),
        )
        .security_scheme("api_key", header("X-API-Key", "An API key with the route's scope."))
        .security_scheme("bearer", SecurityScheme::Http(bearer))
        .build();
    let mut document = OpenApiBuilder::new().info(info).components(Some(components)).build();
    for router in routes {
        document.merge(router.into_openapi());
    }
    document
}
