//! Templates, for organisers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Admin, ETagged, IfNoneMatch, Json, Path, RequiredIfMatch, scope};
use ibw::notifications::content::{Content, Locale, Rendered};
use ibw::notifications::model::Category;
use ibw::notifications::template::{ArgumentName, Draft, Template};
use ibw::page::Page;
use ibw::text::{Line, Tag};
use serde::Deserialize;
use utoipa::ToSchema;

/// A template to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewTemplate {
    /// Its name, for good.
    name: Tag,
    /// What it is for, for organisers.
    #[serde(default)]
    description: Option<Line<200>>,
    /// What its messages are about.
    category: Category,
    /// The placeholders it may use, beside `first_name`.
    #[serde(default)]
    arguments: BTreeSet<ArgumentName>,
    /// What it says.
    content: Content,
}

/// For whom to fill a template in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewRequest {
    /// What stands for the placeholders.
    #[serde(default)]
    arguments: BTreeMap<String, String>,
    /// The reader's language; the template's default when absent.
    locale: Option<Locale>,
    /// The reader's first name.
    #[schema(inline)]
    first_name: Option<Line<64>>,
}

/// List all templates, by name.
#[utoipa::path(
    get, path = "/api/v1/notifications/templates", operation_id = "list_notification_templates",
    tag = "notification jobs",
    responses((status = 200, body = Page<Template>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
) -> Result<Json<Page<Template>>, ApiError> {
    Ok(Json(Page { items: app.notifications.service.templates().await?, next_cursor: None }))
}

/// Write a template.
///
/// `{name}` stands for an argument, `{first_name}` for the reader's; the body is Telegram's HTML. What could not be sent is refused
/// here, with each problem.
#[utoipa::path(
    post, path = "/api/v1/notifications/templates", operation_id = "create_notification_template",
    tag = "notification jobs",
    responses((status = 201, body = Template, headers(("ETag", description = "The template's version.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Json(new): Json<NewTemplate>,
) -> Result<(StatusCode, ETagged<Template>), ApiError> {
    let NewTemplate { name, description, category, arguments, content } = new;
    let draft = Draft { description, category, arguments, content };
    let template = app.notifications.service.create_template(name, draft).await?;
    Ok((StatusCode::CREATED, ETagged::new(template.version, template)))
}

/// Get a template.
#[utoipa::path(
    get, path = "/api/v1/notifications/templates/{name}", operation_id = "get_notification_template",
    tag = "notification jobs",
    responses(
        (status = 200, body = Template, headers(("ETag", description = "The template's version."))),
        (status = 304),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
    Path(name): Path<Tag>,
    known: IfNoneMatch,
) -> Result<ETagged<Template>, ApiError> {
    let template = app.notifications.service.template(&name).await?;
    Ok(ETagged::read(template.version, template, &known))
}

/// Write a template anew. Jobs keep what it said when they were written.
#[utoipa::path(
    put, path = "/api/v1/notifications/templates/{name}", operation_id = "update_notification_template",
    tag = "notification jobs",
    responses((status = 200, body = Template, headers(("ETag", description = "The template's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(name): Path<Tag>,
    RequiredIfMatch(version): RequiredIfMatch,
    Json(draft): Json<Draft>,
) -> Result<ETagged<Template>, ApiError> {
    let template = app.notifications.service.update_template(&name, draft, version).await?;
    Ok(ETagged::new(template.version, template))
}

/// Delete a template. Jobs that were written with it keep their text.
#[utoipa::path(
    delete, path = "/api/v1/notifications/templates/{name}", operation_id = "delete_notification_template",
    tag = "notification jobs",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsWrite>,
    Path(name): Path<Tag>,
    RequiredIfMatch(version): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.notifications.service.delete_template(&name, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// See what a template says.
#[utoipa::path(
    post, path = "/api/v1/notifications/templates/{name}/preview",
    operation_id = "preview_notification_template", tag = "notification jobs",
    responses((status = 200, body = Rendered)),
)]
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    _: Admin<scope::NotificationsRead>,
    Path(name): Path<Tag>,
    Json(request): Json<PreviewRequest>,
) -> Result<Json<Rendered>, ApiError> {
    let locale = request.locale.map(|locale| locale.to_string());
    let first_name = request.first_name.as_ref().map_or("Asha", Line::as_str);
    let preview = app.notifications.service.preview_template(&name, &request.arguments, locale.as_deref(), first_name);
    Ok(Json(preview.await?))
}
