//! How the extractors that name a caller appear in the OpenAPI document: the ways to authenticate, and their errors.

use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};

use super::describe::{Describe, Described};
use super::principal::{Allowed, AllowedWithin, ApiKeyCaller, Authenticated, CurrentUser, FreshProof, MaybeUser};
use super::proofs::{TelegramAuth, TelegramWebhookSecret, TicketingSignature};
use crate::auth::rights::Right;
use crate::error::Code;

/// Codes for credentials that are sent and invalid, on every route that looks at them.
const REFUSED: [Code; 10] = [
    Code::ACCOUNT_BANNED,
    Code::API_KEY_INVALID,
    Code::INIT_DATA_EXPIRED,
    Code::INIT_DATA_MALFORMED,
    Code::INIT_DATA_NOT_YET_VALID,
    Code::INIT_DATA_REVOKED,
    Code::INIT_DATA_SIGNATURE_INVALID,
    Code::SESSION_ENDED,
    Code::TOKEN_EXPIRED,
    Code::TOKEN_INVALID,
];

fn scheme(name: &str) -> SecurityRequirement {
    SecurityRequirement::new::<_, [&str; 0], _>(name, [])
}

/// The schemes by which a user authenticates.
fn as_user() -> [SecurityRequirement; 3] {
    ["bearer", "telegram", "tma"].map(scheme)
}

/// A route for users and API keys; a key needs the scope.
fn with_scope(described: &mut Described, scope: &str) {
    described.security(as_user());
    described.security([SecurityRequirement::new("api_key", [scope])]);
    described.codes(REFUSED);
    described.codes([Code::AUTHENTICATION_REQUIRED, Code::FORBIDDEN]);
}

impl Describe for CurrentUser {
    fn describe(described: &mut Described) {
        described.security(as_user());
        described.codes(REFUSED);
        described.codes([Code::AUTHENTICATION_REQUIRED, Code::FORBIDDEN]);
    }
}

impl Describe for Authenticated {
    fn describe(described: &mut Described) {
        described.security(as_user().into_iter().chain([scheme("api_key")]));
        described.codes(REFUSED);
        described.codes([Code::AUTHENTICATION_REQUIRED]);
    }
}

impl Describe for MaybeUser {
    fn describe(described: &mut Described) {
        // The empty requirement: no credentials.
        described.security([SecurityRequirement::default()].into_iter().chain(as_user()).chain([scheme("api_key")]));
        described.codes(REFUSED);
    }
}

impl<R: Right> Describe for Allowed<R> {
    fn describe(described: &mut Described) {
        with_scope(described, R::INFO.name);
    }
}

impl<R: Right> Describe for AllowedWithin<R> {
    fn describe(described: &mut Described) {
        with_scope(described, R::INFO.name);
    }
}

/// Stands beside the extractor that says who may call the route.
impl Describe for FreshProof {
    fn describe(described: &mut Described) {
        described.codes([Code::FRESH_PROOF_REQUIRED]);
    }
}

impl Describe for ApiKeyCaller {
    fn describe(described: &mut Described) {
        described.security([scheme("api_key")]);
        described.codes(REFUSED);
        described.codes([Code::AUTHENTICATION_REQUIRED]);
    }
}

impl Describe for TelegramAuth {
    fn describe(described: &mut Described) {
        described.security([SecurityRequirement::default(), scheme("telegram")]);
        described.codes([
            Code::INIT_DATA_EXPIRED,
            Code::INIT_DATA_MALFORMED,
            Code::INIT_DATA_NOT_YET_VALID,
            Code::INIT_DATA_SIGNATURE_INVALID,
        ]);
    }
}

impl Describe for TelegramWebhookSecret {
    fn describe(described: &mut Described) {
        described.security([scheme("telegram_webhook")]);
        described.codes([Code::WEBHOOK_SECRET_INVALID]);
    }
}

impl Describe for TicketingSignature {
    fn describe(described: &mut Described) {
        described.security([scheme("ticketing_webhook")]);
        described.codes([Code::WEBHOOK_SIGNATURE_INVALID]);
    }
}

/// The schemes that operations name.
pub(super) fn schemes() -> Vec<(&'static str, SecurityScheme)> {
    let header =
        |name: &str, about: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::with_description(name, about)));
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("JWT".to_owned());
    bearer.description = Some("Access token of a login, or admin token.".to_owned());
    vec![
        ("telegram", header("X-Telegram-Auth", "Init data of the mini app: the value of `Telegram.WebApp.initData`.")),
        ("api_key", header("X-API-Key", "API key. It needs the scope that the operation names.")),
        ("bearer", SecurityScheme::Http(bearer)),
        // OpenAPI has no HTTP scheme of this name, so it is described as the header that it is.
        ("tma", header("Authorization", "`tma`, a space, and the init data of the mini app.")),
        (
            "telegram_webhook",
            header("X-Telegram-Bot-Api-Secret-Token", "Secret of the webhook, as registered with `setWebhook`."),
        ),
        (
            "ticketing_webhook",
            header("X-Ticketing-Signature", "Time and HMAC of the body: `t=<seconds>,v1=<hex of HMAC-SHA256>`."),
        ),
    ]
}
