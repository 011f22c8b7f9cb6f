//! The caller of a request about a side event: a user, who may be the host, or an admin for this request.
//!
//! A right counts on the event itself, on its conference, and on everything. Only for a caller whose right is narrower
//! than everything, the event is read to learn its conference.

use std::marker::PhantomData;
use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use ibw::app::App;
use ibw::auth::model::Principal;
use ibw::auth::rights::{EventsAdmit, EventsRead, Reach, Right};
use ibw::error::ApiError;
use ibw::events::actor::Actor;
use ibw::http::{Allowed, AllowedSomewhere, Authenticated, CurrentUser, Describe, Described, MaybeUser, lacks};
use ibw::text::Slug;
use ibw::users::grants::Resource;

/// The caller of the list of events: an admin if they have the right on everything, or on the conference of the filter.
pub(crate) fn reader(caller: Option<&Principal>, conference: Option<&Slug>) -> Actor {
    let resource = conference.cloned().map_or(Resource::Everything, Resource::Conference);
    let admin = caller.is_some_and(|principal| principal.reach::<EventsRead>().covers(&resource));
    Actor { user: caller.and_then(Principal::user_id), admin }
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

async fn actor<R: Right>(principal: &Principal, parts: &mut Parts, app: &Arc<App>) -> Result<Actor, ApiError> {
    Ok(Actor { user: principal.user_id(), admin: reaches(&principal.reach::<R>(), parts, app).await? })
}

/// Everybody. Callers with the right `R` see the event as admins.
#[derive(Clone, Debug)]
pub(crate) struct Reader<R>(pub(crate) Actor, pub(crate) PhantomData<R>);

impl<R: Right> FromRequestParts<Arc<App>> for Reader<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let MaybeUser(principal) = MaybeUser::from_request_parts(parts, app).await?;
        let actor = match principal {
            Some(principal) => actor::<R>(&principal, parts, app).await?,
            None => Actor { user: None, admin: false },
        };
        Ok(Self(actor, PhantomData))
    }
}

impl<R> Describe for Reader<R> {
    fn describe(described: &mut Described) {
        MaybeUser::describe(described);
    }
}

/// A user, who may be the host, or a caller with the right `R` on the event.
#[derive(Clone, Debug)]
pub(crate) struct HostOr<R>(pub(crate) Actor, pub(crate) PhantomData<R>);

impl<R: Right> FromRequestParts<Arc<App>> for HostOr<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let Authenticated(principal) = Authenticated::from_request_parts(parts, app).await?;
        Ok(Self(actor::<R>(&principal, parts, app).await?, PhantomData))
    }
}

impl<R> Describe for HostOr<R> {
    fn describe(described: &mut Described) {
        Authenticated::describe(described);
    }
}

/// A caller with the right `R` on the event: no host.
#[derive(Clone, Debug)]
pub(crate) struct Organiser<R>(PhantomData<R>);

impl<R: Right> FromRequestParts<Arc<App>> for Organiser<R> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let caller = AllowedSomewhere::<R>::from_request_parts(parts, app).await?;
        if reaches(&caller.reach, parts, app).await? { Ok(Self(PhantomData)) } else { Err(lacks::<R>()) }
    }
}

impl<R: Right> Describe for Organiser<R> {
    fn describe(described: &mut Described) {
        Allowed::<R>::describe(described);
    }
}

/// A user who checks guests in: staff of the event, and its host.
#[derive(Clone, Debug)]
pub(crate) struct DoorStaff(pub(crate) Actor);

impl FromRequestParts<Arc<App>> for DoorStaff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, ApiError> {
        let CurrentUser(user) = CurrentUser::from_request_parts(parts, app).await?;
        Ok(Self(actor::<EventsAdmit>(&Principal::User(user), parts, app).await?))
    }
}

impl Describe for DoorStaff {
    fn describe(described: &mut Described) {
        CurrentUser::describe(described);
    }
}
