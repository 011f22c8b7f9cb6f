//! One's own notifications.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Paged, Path};
use ibw::id::NotificationId;
use ibw::notifications::model::Category;
use ibw::notifications::service::FeedQuery;
use ibw::notifications::view::FeedItem;
use ibw::page::Page;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Which notifications to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only those not read.
    #[serde(default)]
    unread: bool,
    /// Only those of a category.
    #[param(inline)]
    category: Option<Category>,
}

/// How many notifications were not read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UnreadCount {
    /// Zero and more.
    unread: u64,
}

/// List your notifications, newest first.
///
/// With `unread` or `category` a page may have fewer than `limit` and still a `next_cursor`.
#[utoipa::path(
    get, path = "/api/v1/notifications", operation_id = "list_notifications", tag = "notifications",
    responses((status = 200, body = Page<FeedItem>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<FeedItem>>, ApiError> {
    let query = FeedQuery { unread: query.unread, category: query.category };
    let found = app.notifications.service.feed(user.id, query, &page).await?;
    Ok(Json(found.map(FeedItem::from)))
}

/// Get how many of your notifications you have not read.
#[utoipa::path(
    get, path = "/api/v1/notifications/unread-count", operation_id = "count_unread_notifications",
    tag = "notifications",
    responses((status = 200, body = UnreadCount)),
)]
pub(crate) async fn unread_count(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<UnreadCount>, ApiError> {
    Ok(Json(UnreadCount { unread: app.notifications.service.unread_count(user.id).await? }))
}

/// Mark a notification as read. Doing it again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/notifications/{id}/read", operation_id = "read_notification", tag = "notifications",
    responses((status = 200, body = FeedItem)),
)]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<NotificationId>,
) -> Result<Json<FeedItem>, ApiError> {
    Ok(Json(app.notifications.service.read(user.id, id).await?.into()))
}

/// Mark all your notifications as read.
///
/// Up to 1,000 at once; the answer says how many are left.
#[utoipa::path(
    post, path = "/api/v1/notifications/read-all", operation_id = "read_all_notifications",
    tag = "notifications",
    responses((status = 200, body = UnreadCount)),
)]
pub(crate) async fn read_all(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<UnreadCount>, ApiError> {
    Ok(Json(UnreadCount { unread: app.notifications.service.read_all(user.id).await? }))
}
