//! Speakers, which everybody can read and organisers write.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use ibw::agenda::error::AgendaError;
use ibw::agenda::model::Session;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, IfMatch, IfNoneMatch, Json, Path, RequiredIfMatch, tagged_page};
use ibw::id::UserId;
use ibw::page::{Page, PageRequest};
use ibw::speakers::model::{Speaker, SpeakerId};
use ibw::speakers::service::{NewSpeaker, SpeakerPatch};
use ibw::text::Slug;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::caller::Editor;

/// A speaker and their sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpeakerWithSessions {
    #[serde(flatten)]
    speaker: Speaker,
    /// Sessions of the speaker in the current release, by start time.
    sessions: Vec<Session>,
}

/// The user that a speaker is linked to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W"}))]
pub(crate) struct SpeakerUser {
    /// User id. `null` removes the link.
    #[serde(deserialize_with = "present")]
    user_id: Option<UserId>,
}

/// A field that can be `null` but is required. Otherwise an empty body would remove the link.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<UserId>, D::Error> {
    Option::deserialize(deserializer)
}

/// List the speakers of a conference, by name.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/speakers", operation_id = "list_speakers", tag = "speakers",
    responses(
        (status = 200, body = Page<Speaker>, headers(("ETag" = String, description = "Digest of the page, weak."))),
        (status = 304, headers(("ETag" = String, description = "Digest of the page, weak."))),
    ),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(conference): Path<Slug>,
    page: PageRequest,
    known: IfNoneMatch,
) -> Result<Response, ApiError> {
    let mut page = app.speakers.service.list(&conference, &page).await?;
    page.items.iter_mut().for_each(Speaker::hide_digest);
    tagged_page(page, &known)
}

/// Add a speaker to a conference.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/speakers", operation_id = "create_speaker", tag = "speakers",
    responses((status = 201, body = Speaker, headers(("ETag" = String, description = "Version of the speaker.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Allowed<rights::SpeakersWrite>,
    actor: Actor,
    Path(conference): Path<Slug>,
    Json(new): Json<NewSpeaker>,
) -> Result<(StatusCode, ETagged<Speaker>), ApiError> {
    let speaker = app.speakers.service.create(&actor, &conference, new).await?;
    Ok((StatusCode::CREATED, ETagged::new(speaker.version, speaker)))
}

/// Get a speaker and their sessions in the current release.
#[utoipa::path(
    get, path = "/api/v1/speakers/{id}", operation_id = "get_speaker", tag = "speakers",
    responses(
        (status = 200, body = SpeakerWithSessions, headers(("ETag" = String, description = "Version of the speaker, with a digest of the answer."))),
        (status = 304, headers(("ETag" = String, description = "The `ETag` that you have."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<SpeakerId>,
    known: IfNoneMatch,
) -> Result<ETagged<SpeakerWithSessions>, ApiError> {
    let mut speaker = app.speakers.service.show(id).await?;
    speaker.hide_digest();
    let sessions = match app.agenda.service.current(&speaker.conference).await {
        Ok(released) => released.agenda.by_speaker(id).cloned().collect(),
        Err(AgendaError::NotReleased) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    // A new release changes the sessions, but not the version.
    Ok(ETagged::varying(speaker.version, SpeakerWithSessions { speaker, sessions }).unless(known))
}

/// Change a speaker.
///
/// An absent field stays as it is, `null` clears it.
#[utoipa::path(
    patch, path = "/api/v1/speakers/{id}", operation_id = "update_speaker", tag = "speakers",
    responses((status = 200, body = Speaker, headers(("ETag" = String, description = "New version of the speaker.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Editor,
    actor: Actor,
    Path(id): Path<SpeakerId>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<SpeakerPatch>,
) -> Result<ETagged<Speaker>, ApiError> {
    let mut speaker = app.speakers.service.update(&actor, id, patch, &expected).await?;
    speaker.hide_digest();
    Ok(ETagged::new(speaker.version, speaker))
}

/// Delete a speaker.
///
/// Published releases keep the speaker's name; the next release does not have it.
#[utoipa::path(
    delete, path = "/api/v1/speakers/{id}", operation_id = "delete_speaker", tag = "speakers",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Editor,
    actor: Actor,
    Path(id): Path<SpeakerId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.speakers.service.delete(&actor, id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Link a speaker to a user, or remove the link.
///
/// A user can be linked to one speaker of a conference.
#[utoipa::path(
    put, path = "/api/v1/speakers/{id}/user", operation_id = "link_speaker", tag = "speakers",
    responses((status = 200, body = Speaker, headers(("ETag" = String, description = "New version of the speaker.")))),
)]
pub(crate) async fn link(
    State(app): State<Arc<App>>,
    _: Editor,
    actor: Actor,
    Path(id): Path<SpeakerId>,
    IfMatch(expected): IfMatch,
    Json(body): Json<SpeakerUser>,
) -> Result<ETagged<Speaker>, ApiError> {
    let mut speaker = app.speakers.service.link(Some(&actor), id, body.user_id, &expected).await?;
    speaker.hide_digest();
    Ok(ETagged::new(speaker.version, speaker))
}
