//! The OpenAPI document of all functions, as `infra/openapi.json` has it.

/// The document, with a newline at its end.
pub fn openapi() -> serde_json::Result<String> {
    let document = ibw::http::document([
        auth::routes(),
        users::routes(),
        notifications::routes(),
        telegram::routes(),
        conferences::routes(),
        agenda::routes(),
        speakers::routes(),
        attendees::routes(),
        checkin::routes(),
        events::routes(),
        media::routes(),
        docs::routes(),
    ]);
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}
