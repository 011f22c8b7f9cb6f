//! The directory of users.

use std::num::ParseIntError;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::State;
use ibw::app::App;
use ibw::auth::rights;
use ibw::error::ApiError;
use ibw::http::{Allowed, Json, MaybeUser, Paged, Path};
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

/// Filters of the directory.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Search text. Each word must begin a word of the name, username or organisation.
    #[param(inline)]
    q: Option<Line<100>>,
    /// Filter by role. Default: all.
    #[param(inline)]
    role: Option<Tag>,
    /// Filter by ecosystem. Default: all.
    #[param(inline)]
    ecosystem: Option<Tag>,
    /// Filter by topic. Default: all.
    #[param(inline)]
    topic: Option<Tag>,
}

/// Telegram user id.
#[derive(Debug, ToSchema)]
pub(crate) struct TelegramId(i64);

impl FromStr for TelegramId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

/// A profile, as far as the caller may see it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum UserProfile {
    /// The caller's own profile, or any profile for admins.
    Full(Box<OwnUser>),
    /// Profile of another user.
    Public(Box<PublicUser>),
}

/// `anyOf`, where a derive would say `oneOf`: a full profile matches both schemas.
impl PartialSchema for UserProfile {
    fn schema() -> RefOr<Schema> {
        let about = "Your own profile, and any profile for admins, is an `OwnUser`, which has `telegram_id`. Others are a `PublicUser`.";
        AnyOfBuilder::new()
            .description(Some(about))
            .item(Ref::from_schema_name(OwnUser::name()))
            .item(Ref::from_schema_name(PublicUser::name()))
            .into()
    }
}

impl ToSchema for UserProfile {}

/// List users.
///
/// The order is newest first. With `q` it is by matching word. With several filters, a page can have fewer users than
/// `limit` and still have a `next_cursor`. Without authentication, only users with the visibility `public` are listed.
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
    responses((status = 200, body = UserProfile)),
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    caller: MaybeUser,
    Path(id): Path<UserId>,
) -> Result<Json<UserProfile>, ApiError> {
    let viewer = caller.viewer();
    let user = app.users.service.visible(id, &viewer).await?;
    Ok(Json(match viewer {
        Viewer::Admin => UserProfile::Full(Box::new(user.into())),
        Viewer::User(me) if me == id => UserProfile::Full(Box::new(user.into())),
        _ => UserProfile::Public(Box::new(user.into())),
    }))
}

/// Get a user by Telegram account.
#[utoipa::path(
    get, path = "/api/v1/users/by-telegram/{telegram_id}", operation_id = "get_user_by_telegram",
    tag = "users",
    responses((status = 200, body = OwnUser)),
)]
pub(crate) async fn by_telegram(
    State(app): State<Arc<App>>,
    _: Allowed<rights::UsersRead>,
    Path(TelegramId(telegram_id)): Path<TelegramId>,
) -> Result<Json<OwnUser>, ApiError> {
    Ok(Json(app.users.service.by_telegram(telegram_id).await?.into()))
}
