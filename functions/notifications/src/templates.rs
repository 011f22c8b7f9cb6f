//! Templates, for organisers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, ETagged, IfNoneMatch, Json, Path, RequiredIfMatch};
use ibw::notifications::content::{Content, Rendered};
use ibw::notifications::locale::Locale;
use ibw::notifications::model::Category;
use ibw::notifications::template::{ArgumentName, Draft, Template};
use ibw::page::Page;
use ibw::text::{Line, Tag, distinct};
use serde::Deserialize;
use utoipa::ToSchema;

/// A new template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewNotificationTemplate, example = json!({
    "name": "hall-change",
    "description": "A talk moves to another hall.",
    "category": "agenda",
    "arguments": ["talk", "hall"],
    "content": {
        "default_locale": "en",
        "locales": {"en": {"title": "New hall", "body": "Hi {first_name}, <b>{talk}</b> is now in {hall}."}},
    },
}))]
pub(crate) struct NewTemplate {
    /// Unique name. It cannot be changed.
    name: Tag,
    /// What the template is for. Only organisers see it.
    #[serde(default)]
    description: Option<Line<200>>,
    /// The category of the messages.
    category: Category,
    /// Names of the placeholders, besides `first_name`.
    #[serde(default, deserialize_with = "distinct")]
    arguments: BTreeSet<ArgumentName>,
    /// The message, by language.
    content: Content,
}

/// How to fill in a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NotificationTemplatePreviewRequest, example = json!({
    "arguments": {"talk": "Rollups in practice", "hall": "Hall 2"}, "locale": "en", "first_name": "Asha",
}))]
pub(crate) struct PreviewRequest {
    /// The values of the placeholders, by name.
    #[serde(default)]
    arguments: BTreeMap<String, String>,
    /// The recipient's language. Default: the template's default language.
    locale: Option<Locale>,
    /// The recipient's first name. Default: `Asha`.
    #[schema(inline)]
    first_name: Option<Line<64>>,
}

/// List all templates, ordered by name.
#[utoipa::path(
    get, path = "/api/v1/notifications/templates", operation_id = "list_notification_templates",
    tag = "notifications",
    responses((status = 200, body = Page<Template>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
) -> Result<Json<Page<Template>>, ApiError> {
    Ok(Json(Page { items: app.notifications.service.templates().await?, next_cursor: None }))
}

/// Create a template.
///
/// `{hall}` is the placeholder of an argument `hall`. `{first_name}` is the recipient's first name. The body is
/// Telegram's HTML. A template that could not be sent is refused with all its problems.
#[utoipa::path(
    post, path = "/api/v1/notifications/templates", operation_id = "create_notification_template",
    tag = "notifications",
    responses((status = 201, body = Template, headers(("ETag", description = "The template's version.")))),
)]
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    Json(new): Json<NewTemplate>,
) -> Result<(StatusCode, ETagged<Template>), ApiError> {
    let NewTemplate { name, description, category, arguments, content } = new;
    let draft = Draft { description, category, arguments, content };
    let template = app.notifications.service.create_template(&actor, name, draft).await?;
    Ok((StatusCode::CREATED, ETagged::new(template.version, template)))
}

/// Get a template.
#[utoipa::path(
    get, path = "/api/v1/notifications/templates/{name}", operation_id = "get_notification_template",
    tag = "notifications",
    responses(
        (status = 200, body = Template, headers(("ETag", description = "The template's version."))),
        (status = 304, headers(("ETag", description = "The template's version."))),
    ),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    Path(name): Path<Tag>,
    known: IfNoneMatch,
) -> Result<ETagged<Template>, ApiError> {
    let template = app.notifications.service.template(&name).await?;
    Ok(ETagged::new(template.version, template).unless(known))
}

/// Replace a template.
///
/// Existing jobs keep their text.
#[utoipa::path(
    put, path = "/api/v1/notifications/templates/{name}", operation_id = "update_notification_template",
    tag = "notifications",
    responses((status = 200, body = Template, headers(("ETag", description = "The template's new version.")))),
)]
pub(crate) async fn update(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    Path(name): Path<Tag>,
    RequiredIfMatch(expected): RequiredIfMatch,
    Json(draft): Json<Draft>,
) -> Result<ETagged<Template>, ApiError> {
    let template = app.notifications.service.update_template(&actor, &name, draft, &expected).await?;
    Ok(ETagged::new(template.version, template))
}

/// Delete a template.
///
/// Existing jobs keep their text.
#[utoipa::path(
    delete, path = "/api/v1/notifications/templates/{name}", operation_id = "delete_notification_template",
    tag = "notifications",
    responses((status = 204)),
)]
pub(crate) async fn delete(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsWrite>,
    actor: Actor,
    Path(name): Path<Tag>,
    RequiredIfMatch(expected): RequiredIfMatch,
) -> Result<StatusCode, ApiError> {
    app.notifications.service.delete_template(&actor, &name, &expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Preview a template.
#[utoipa::path(
    post, path = "/api/v1/notifications/templates/{name}/preview",
    operation_id = "preview_notification_template", tag = "notifications",
    responses((status = 200, body = Rendered)),
)]
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    _: Allowed<rights::NotificationsRead>,
    Path(name): Path<Tag>,
    Json(request): Json<PreviewRequest>,
) -> Result<Json<Rendered>, ApiError> {
    let locale = request.locale.map(|locale| locale.to_string());
    let first_name = request.first_name.as_ref().map_or("Asha", Line::as_str);
    let preview = app.notifications.service.preview_template(&name, &request.arguments, locale.as_deref(), first_name);
    Ok(Json(preview.await?))
}
