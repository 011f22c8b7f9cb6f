//! The caller of a request about a side event: a user, who may be the host, or an admin for this request.
//!
//! A right counts on the event itself, on its conference, and on everything. Only for a caller whose right is narrower
//! than everything, the event is read to learn its conference.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use ibw::app::App;
use ibw::audit::model::Actor;
use ibw::auth::model::Principal;
use ibw::auth::rights::{EventsAdmit, EventsModerate, EventsRead, Reach, Right};
use ibw::error::ApiError;
use ibw::events::access::{Access, Caller};
use ibw::expected::Expected;
use ibw::http::{
    Allowed, AllowedSomewhere, Authenticated, CurrentUser, Describe, Described, MaybeUser, RequiredIfMatch, lacks,
};
use ibw::id::EventId;
use ibw::text::Slug;
use ibw::users::grants::Resource;

use crate::named::Named;

/// The caller of the list of events: an admin if they have the right on everything, or on the conference of the filter.
pub(crate) fn reader(caller: Option<&Principal>, conference: Option<&Slug>) -> Access {
    let resource = conference.cloned().map_or(Resource::Everything, Resource::Conference);
    let admin = caller.is_some_and(|principal| principal.reach::<EventsRead>().covers(&resource));
    Access { user: caller.and_then(Principal::user_id), admin }
}

/// Whether a right counts for the event that the path names.
async fn reaches(reach: &Reach, parts: &mut Parts, app: &Arc<App>) -> Result<bool, ApiError> {
    if reach.is_empty() || reach.covers(&Resource::Everything) {
        return Ok(!reach.is_empty());
    }
    let params = RawPathParams::from_request_parts(parts, app).await.ok();
    let name = params.iter().flatten().find(|(name, _)| *name == "id").and_then(|(_, text)| text.parse().ok());
    let Some(name) = name else { return Ok(false) };
    let event = app.events.service.place_of(&name).await?;
    Ok(event.is_some_and(|(id, conference)| {
        reach.covers(&Resource::Event(id)) || conference.is_some_and(|slug| reach.covers(&Resource::Conference(slug)))
    }))
}

async fn access<R: Right>(principal: &Principal, parts: &mut Parts, app: &Arc<App>) -> Result<Access, ApiError> {
    Ok(Access { user: principal.user_id(), admin: reaches(&principal.reach::<R>(), parts, app).await? })
}

async fn caller<R: Right>(principal: &Principal, parts: &mut Parts, app: &Arc<App>) -> Result<Caller, ApiError> {
    let access = access::<R>(principal, parts, app).await?;
    Ok(Caller { access, actor: Actor::from_request_parts(parts, app).await? })
}

/// Everybody. Callers with the right `R` see the event as admins.
#[derive(Clone, Debug)]
pub(crate) struct Reader<R>(pub(crate) Access, pub(crate) PhantomData<R>);

impl<R: Right> FromRequestParts<Arc<App>> for Reader<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let MaybeUser(principal) = MaybeUser::from_request_parts(parts, app).await?;
        let access = match principal {
            Some(principal) => access::<R>(&principal, parts, app).await?,
            None => Access { user: None, admin: false },
        };
        Ok(Self(access, PhantomData))
    }
}

impl<R> Describe for Reader<R> {
    fn describe(described: &mut Described) {
        MaybeUser::describe(described);
    }
}

/// A user, who may be the host, or a caller with the right `R` on the event.
#[derive(Clone, Debug)]
pub(crate) struct HostOr<R>(pub(crate) Caller, pub(crate) PhantomData<R>);

impl<R: Right> FromRequestParts<Arc<App>> for HostOr<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Authenticated(principal) = Authenticated::from_request_parts(parts, app).await?;
        Ok(Self(caller::<R>(&principal, parts, app).await?, PhantomData))
    }
}

impl<R> Describe for HostOr<R> {
    fn describe(described: &mut Described) {
        Authenticated::describe(described);
    }
}

/// A caller who decides about an event, and the version that they decide about. The host does not.
#[derive(Clone, Debug)]
pub(crate) struct Moderator {
    pub(crate) actor: Actor,
    pub(crate) event: EventId,
    pub(crate) expected: Expected,
}

impl FromRequestParts<Arc<App>> for Moderator {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = AllowedSomewhere::<EventsModerate>::from_request_parts(parts, app).await?;
        if !reaches(&caller.reach, parts, app).await? {
            return Err(lacks::<EventsModerate>());
        }
        let Named(event) = Named::from_request_parts(parts, app).await?;
        let RequiredIfMatch(expected) = RequiredIfMatch::from_request_parts(parts, app).await?;
        Ok(Self { actor: Actor::from_request_parts(parts, app).await?, event, expected })
    }
}

impl Describe for Moderator {
    fn describe(described: &mut Described) {
        Allowed::<EventsModerate>::describe(described);
        Named::describe(described);
        RequiredIfMatch::describe(described);
    }
}

/// A user who checks guests in: staff of the event, and its host.
#[derive(Clone, Debug)]
pub(crate) struct DoorStaff(pub(crate) Caller);

impl FromRequestParts<Arc<App>> for DoorStaff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let CurrentUser(user) = CurrentUser::from_request_parts(parts, app).await?;
        Ok(Self(caller::<EventsAdmit>(&Principal::User(user), parts, app).await?))
    }
}

impl Describe for DoorStaff {
    fn describe(described: &mut Described) {
        CurrentUser::describe(described);
    }
}
