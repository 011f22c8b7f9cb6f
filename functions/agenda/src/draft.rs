//! The draft of an agenda, for organisers: its sessions, its changes, and its release.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::agenda::diff::Diff;
use ibw::agenda::model::{Draft, DraftSession, Release};
use ibw::agenda::service::{NewSession, SessionPatch};
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, IfNoneMatch, Json, Path, Paths, RequiredIfMatch};
use ibw::id::AgendaSessionId;
use ibw::text::Slug;

/// Get the draft of the agenda.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/draft", operation_id = "get_agenda_draft", tag = "agenda",
    responses(
        (status = 200, body = Draft, headers(("ETag" = String, description = "Version of the draft, with a digest of the answer."))),
        (status = 304, headers(("ETag" = String, description = "The `ETag` that you have."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaRead>,
    Path(conference): Path<Slug>,
    known: IfNoneMatch,
) -> Result<ETagged<Draft>, ApiError> {
    let mut draft = app.agenda.service.draft(&conference).await?;
    draft.sessions.iter_mut().for_each(DraftSession::hide_digest);
    // A speaker's new name changes the answer, but not the version.
    Ok(ETagged::varying(draft.version, draft).unless(known))
}

/// Add a session to the draft.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/agenda/sessions", operation_id = "create_agenda_session", tag = "agenda",
    responses((status = 201, body = DraftSession, headers(("ETag" = String, description = "Version of the session.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaWrite>,
    actor: Actor,
    Path(conference): Path<Slug>,
    Json(new): Json<NewSession>,
) -> Result<(StatusCode, ETagged<DraftSession>), ApiError> {
    let session = app.agenda.service.create_session(&actor, &conference, new).await?;
    Ok((StatusCode::CREATED, ETagged::new(session.version, session)))
}

/// Change a session of the draft.
///
/// An absent field stays as it is, `null` clears it.
#[utoipa::path(
    patch, path = "/api/v1/conferences/{slug}/agenda/sessions/{id}", operation_id = "update_agenda_session",
    tag = "agenda",
    responses((status = 200, body = DraftSession, headers(("ETag" = String, description = "New version of the session.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaWrite>,
    actor: Actor,
    Paths(conference, id): Paths<Slug, AgendaSessionId>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(patch): Json<SessionPatch>,
) -> Result<ETagged<DraftSession>, ApiError> {
    let mut session = app.agenda.service.update_session(&actor, &conference, id, patch, &expected).await?;
    session.hide_digest();
    Ok(ETagged::new(session.version, session))
}

/// Remove a session from the draft.
///
/// If the session was released, the next release cancels it.
#[utoipa::path(
    delete, path = "/api/v1/conferences/{slug}/agenda/sessions/{id}", operation_id = "delete_agenda_session",
    tag = "agenda",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaWrite>,
    actor: Actor,
    Paths(conference, id): Paths<Slug, AgendaSessionId>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.agenda.service.delete_session(&actor, &conference, id, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Compare the draft with the current release.
///
/// The answer lists what the next release would change, and likely mistakes in the draft.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/diff", operation_id = "get_agenda_diff", tag = "agenda",
    responses(
        (status = 200, body = Diff, headers(("ETag" = String, description = "Version of the draft, with a digest of the answer."))),
        (status = 304, headers(("ETag" = String, description = "The `ETag` that you have."))),
    ),
)]
pub(crate) async fn diff(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaRead>,
    Path(conference): Path<Slug>,
    known: IfNoneMatch,
) -> Result<ETagged<Diff>, ApiError> {
    let diff = app.agenda.service.diff(&conference).await?;
    // A release changes the answer, but not the draft's version.
    Ok(ETagged::varying(diff.draft_version, diff).unless(known))
}

/// Publish the draft as the next release.
///
/// Users who bookmarked a session that moves or is cancelled get a notification.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/agenda/release", operation_id = "release_agenda", tag = "agenda",
    responses((status = 201, body = Release)),
)]
pub(crate) async fn publish(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaWrite>,
    actor: Actor,
    Path(conference): Path<Slug>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<(StatusCode, Json<Release>), ApiError> {
    Ok((StatusCode::CREATED, Json(app.agenda.service.publish(&actor, &conference, &expected).await?)))
}
