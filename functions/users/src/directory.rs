//! Finding others.

use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::error::ApiError;
use ibw::http::{Admin, Json, MaybeUser, Paged, Path, scope};
use ibw::id::UserId;
use ibw::page::Page;
use ibw::text::{Line, Tag};
use ibw::users::model::Viewer;
use ibw::users::service::DirectoryQuery;
use ibw::users::view::{OwnUser, PublicUser};
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// Whom to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Beginnings of words of the name, username or organisation; all must match.
    #[param(inline)]
    q: Option<Line<100>>,
    /// Only of this role.
    #[param(inline)]
    role: Option<Tag>,
    /// Only of this ecosystem.
    #[param(inline)]
    ecosystem: Option<Tag>,
    /// Only with this topic.
    #[param(inline)]
    topic: Option<Tag>,
}

/// A profile, as much of it as you may see.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum ProfileResponse {
    /// Your own, or any for admins.
    Full(Box<OwnUser>),
    /// Somebody else's.
    Public(Box<PublicUser>),
}

/// Derived, it would be one of the two, and a full profile is both.
impl PartialSchema for ProfileResponse {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(OwnUser::name()))
            .item(Ref::from_schema_name(PublicUser::name()))
            .into()
    }
}

impl ToSchema for ProfileResponse {}

/// List users: newest first, or with `q` by the word that matches.
///
/// With several criteria a page may have fewer users than `limit` and still a `next_cursor`. Who is not logged in sees those
/// who chose to be public.
#[utoipa::path(
    get, path = "/api/v1/users", operation_id = "list_users", tag = "users",
    responses((status = 200, body = Page<PublicUser>)),
)]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: MaybeUser,
    Paged(query, page): Paged<ListQuery>,
) -> Result<Json<Page<PublicUser>>, ApiError> {
    let q = query.q.map(|line| line.to_string());
    let query = DirectoryQuery { q, role: query.role, ecosystem: query.ecosystem, topic: query.topic };
    let found = app.users.service.directory(&query, &caller.viewer(), &page).await?;
    Ok(Json(found.map(PublicUser::from)))
}

/// Get a user's profile.
#[utoipa::path(
    get, path = "/api/v1/users/{id}", operation_id = "get_user", tag = "users",
    responses((status = 200, body = ProfileResponse)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    caller: MaybeUser,
    Path(id): Path<UserId>,
) -> Result<Json<ProfileResponse>, ApiError> {
    let viewer = caller.viewer();
    let user = app.users.service.visible(id, &viewer).await?;
    Ok(Json(match viewer {
        Viewer::Admin => ProfileResponse::Full(Box::new(user.into())),
        Viewer::User(me) if me == id => ProfileResponse::Full(Box::new(user.into())),
        _ => ProfileResponse::Public(Box::new(user.into())),
    }))
}

/// Get the user of a Telegram account.
#[utoipa::path(
    get, path = "/api/v1/users/by-telegram/{telegram_id}", operation_id = "get_user_by_telegram",
    tag = "users",
    responses((status = 200, body = OwnUser)),
)]
pub(crate) async fn by_telegram(
    State(app): State<Arc<App>>,
    _: Admin<scope::UsersRead>,
    Path(telegram_id): Path<i64>,
) -> Result<Json<OwnUser>, ApiError> {
    Ok(Json(app.users.service.by_telegram(telegram_id).await?.into()))
}
