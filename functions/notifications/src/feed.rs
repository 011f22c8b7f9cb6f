//! The caller's own notifications.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Json, Paged, Path};
use ibw::notifications::model::{Category, NotificationId};
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
    /// List unread notifications only.
    #[serde(default)]
    unread: bool,
    /// Filter by category. Default: all categories.
    #[param(inline)]
    category: Option<Category>,
}

/// The number of unread notifications.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UnreadNotificationCount)]
pub(crate) struct UnreadCount {
    /// Unread notifications.
    unread: u64,
}

/// List your notifications, newest first.
///
/// With `unread` or `category`, a page can have fewer items than `limit` although there are more pages.
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

/// Count your unread notifications.
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

/// Mark a notification as read.
///
/// A notification that is read already stays as it is.
#[utoipa::path(
    post, path = "/api/v1/notifications/{id}/read", operation_id = "mark_notification_read", tag = "notifications",
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
/// One request marks up to 1,000. The answer has the number of notifications that are still unread.
#[utoipa::path(
    post, path = "/api/v1/notifications/read-all", operation_id = "mark_all_notifications_read",
    tag = "notifications",
    responses((status = 200, body = UnreadCount)),
)]
pub(crate) async fn read_all(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<UnreadCount>, ApiError> {
    Ok(Json(UnreadCount { unread: app.notifications.service.read_all(user.id).await? }))
}
