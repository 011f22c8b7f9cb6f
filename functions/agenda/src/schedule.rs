//! Imports and exports of schedules, in the JSON format of pretalx and frab.

use std::sync::Arc;

use axum::extract::State;
use ibw::agenda::service::{File, ImportOptions, ImportReport};
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ForeignJson, Json, Path, Query};
use ibw::text::Slug;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

/// Options of an import.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Refuse the schedule if one entry of it cannot be read. Default: the entry is left out or corrected, and the report
    /// says so.
    #[serde(default)]
    strict: bool,
    /// Let a schedule without sessions remove all sessions of earlier imports. Default: such a schedule is refused.
    #[serde(default)]
    allow_empty: bool,
}

/// Options of an export.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// `true` exports the draft, which needs an organiser. Default: `false`, the current release.
    #[serde(default)]
    draft: bool,
}

/// Import a schedule into the draft.
///
/// Sessions of earlier imports that the schedule no longer has are removed from the draft.
/// Sessions that organisers wrote stay.
/// If you import the same schedule again, nothing changes.
/// An entry that cannot be read, such as a session without a time, is left out or corrected, and `warnings` say so.
/// A session that is left out stays in the draft as it was.
#[utoipa::path(
    post, path = "/api/v1/conferences/{slug}/agenda/import", operation_id = "import_agenda", tag = "agenda",
    request_body(
        content = Object, description = "Schedule JSON, as pretalx and frab export it: at most 5 MB.",
        example = json!({"schedule": {"version": "1.0", "conference": {
            "acronym": "ibw_2026", "title": "India Blockchain Week 2026", "start": "2026-12-01", "end": "2026-12-01",
            "daysCount": 1, "timeslot_duration": "00:05", "time_zone_name": "Asia/Kolkata",
            "days": [{
                "index": 1, "date": "2026-12-01",
                "day_start": "2026-12-01T09:00:00+05:30", "day_end": "2026-12-01T18:00:00+05:30",
                "rooms": {"Hall A": [{
                    "guid": "5f0c1f6d-2c9b-4e8a-8d3b-1a90c4e2f677", "id": 1, "slug": "rollups-explained",
                    "date": "2026-12-01T10:00:00+05:30", "start": "10:00", "duration": "00:45", "room": "Hall A",
                    "title": "Rollups explained", "track": "Scaling", "type": "talk", "language": "en",
                    "persons": [{"id": 7, "public_name": "Asha Rao"}],
                }]},
            }],
        }}}),
    ),
    responses((status = 200, body = ImportReport)),
)]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    _: Allowed<rights::AgendaWrite>,
    actor: Actor,
    Path(conference): Path<Slug>,
    Query(query): Query<ImportQuery>,
    ForeignJson(file): ForeignJson<File>,
) -> Result<Json<ImportReport>, ApiError> {
    let options = ImportOptions { strict: query.strict, allow_empty: query.allow_empty };
    Ok(Json(app.agenda.service.import(&actor, &conference, &file, options).await?))
}

/// Export the agenda as a schedule.
///
/// The schedule can be imported again.
#[utoipa::path(
    get, path = "/api/v1/conferences/{slug}/agenda/export", operation_id = "export_agenda", tag = "agenda",
    responses((status = 200, description = "Schedule JSON, in the format that imports accept.", body = Object)),
)]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    admin: Result<Allowed<rights::AgendaRead>, ApiError>,
    Path(conference): Path<Slug>,
    Query(query): Query<ExportQuery>,
) -> Result<Json<Value>, ApiError> {
    if query.draft {
        admin?;
        return Ok(Json(app.agenda.service.export_draft(&conference).await?));
    }
    Ok(Json(app.agenda.service.export(&conference).await?))
}
