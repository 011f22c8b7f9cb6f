//! One's own notifications.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{CurrentUser, Errors, Json, PageQuery, Path, Query};
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
    /// Notifications of the page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
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
    params(ListQuery), security(("bearer" = []), ("telegram" = [])),
    responses((status = 200, body = Page<FeedItem>), Errors),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Query(query): Query<ListQuery>,
) -> Result<Json<Page<FeedItem>>, ApiError> {
    let page = PageQuery { limit: query.limit, cursor: query.cursor }.checked()?;
    let query = FeedQuery { unread: query.unread, category: query.category };
    let found = app.notifications.feed(user.id, query, &page).await?;
    Ok(Json(Page { items: found.items.into_iter().map(FeedItem::from).collect(), next_cursor: found.next_cursor }))
}

/// Get how many of your notifications you have not read.
#[utoipa::path(
    get, path = "/api/v1/notifications/unread-count", operation_id = "count_unread_notifications", tag = "notifications",
    security(("bearer" = []), ("telegram" = [])),
    responses((status = 200, body = UnreadCount), Errors),
)]
pub(crate) async fn unread_count(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<UnreadCount>, ApiError> {
    Ok(Json(UnreadCount { unread: app.notifications.unread_count(user.id).await? }))
}

/// Mark a notification as read. Doing it again changes nothing.
#[utoipa::path(
    post, path = "/api/v1/notifications/{id}/read", operation_id = "read_notification", tag = "notifications",
    params(("id" = NotificationId, Path, description = "The notification.")),
    security(("bearer" = []), ("telegram" = [])),
    responses((status = 200, body = FeedItem), Errors),
)]
pub(crate) async fn read(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
    Path(id): Path<NotificationId>,
) -> Result<Json<FeedItem>, ApiError> {
    Ok(Json(app.notifications.read(user.id, id).await?.into()))
}

/// Mark all your notifications as read.
///
/// Up to 1,000 at once; the answer says how many are left.
#[utoipa::path(
    post, path = "/api/v1/notifications/read-all", operation_id = "read_all_notifications", tag = "notifications",
    security(("bearer" = []), ("telegram" = [])),
    responses((status = 200, body = UnreadCount), Errors),
)]
pub(crate) async fn read_all(
    State(app): State<Arc<App>>,
    CurrentUser(user): CurrentUser,
) -> Result<Json<UnreadCount>, ApiError> {
    Ok(Json(UnreadCount { unread: app.notifications.read_all(user.id).await? }))
}
