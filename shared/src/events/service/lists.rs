//! Lists of events and of registrations.

use std::collections::HashMap;

use serde::Deserialize;
use utoipa::ToSchema;

use super::moderation::ADMIN;
use super::participants::by_event;
use super::{Access, EventService};
use crate::events::details::Format;
use crate::events::error::EventError;
use crate::events::listing::searched;
use crate::events::model::{Approval, Event, Status};
use crate::events::registration::{Registration, RegistrationState};
use crate::events::repository::{ListQuery, Moment};
use crate::events::seats::Seats;
use crate::events::view::{EventView, Guest};
use crate::id::{EventId, UserId};
use crate::page::{Page, PageRequest};
use crate::text::Slug;
use crate::time::Time;
use crate::users::model::User;

/// Words of a search that count. Each word is one more condition on every entry that is read.
const MAX_WORDS: usize = 8;

/// Which events to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Slug of the conference.
    pub conference: Option<Slug>,
    /// Decision of the organisers. Default: approved.
    pub approval_status: Option<Approval>,
    /// Default: all, including cancelled events.
    pub status: Option<Status>,
    /// Whether guests meet at a place or online.
    pub format: Option<Format>,
    /// Earliest start.
    pub from: Option<Time>,
    /// Latest start.
    pub to: Option<Time>,
    /// Beginnings of words of title, host, place or sponsors. All must match.
    pub q: Option<String>,
}

/// Role of the caller in side events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SideEventRole)]
pub enum MyRole {
    /// The caller registered for them.
    #[default]
    Registered,
    /// The caller hosts them.
    Host,
}

impl EventService {
    /// A page of events in the order in which they begin. Only admins see what is not approved.
    pub async fn list(
        &self,
        filter: EventFilter,
        access: &Access,
        page: &PageRequest,
    ) -> Result<Page<EventView>, EventError> {
        let approval = filter.approval_status.unwrap_or(Approval::Approved);
        if approval != Approval::Approved && !access.admin {
            return Err(EventError::NotYours);
        }
        let words = searched(filter.q.as_deref().unwrap_or_default());
        if filter.q.is_some() && words.is_empty() {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        let context = format!("events:{filter:?}");
        let query = ListQuery {
            conference: filter.conference,
            approval,
            status: filter.status,
            format: filter.format,
            from: filter.from,
            to: filter.to,
            words: words.into_iter().take(MAX_WORDS).collect(),
        };
        let context = [context];
        let begin = || Moment { at: self.clock.now(), after: None };
        let moment: Moment = page.after(&context)?.unwrap_or_else(begin);
        let at = moment.at;
        let found = self.repository.list(&query, moment, page.limit).await?;
        let ids: Vec<EventId> = found.items.iter().map(|entry| entry.event_id).collect();
        let (events, seats) = tokio::try_join!(self.repository.by_ids(&ids), self.repository.seats_of(&ids))?;
        // An entry may be older than its event: the event decides.
        let seen = |event: &Event| event.approval_status == approval;
        let items = self.views(&ids, events.into_iter().filter(seen).collect(), seats, HashMap::new(), access);
        let next = found.last.map(|after| Moment { at, after: Some(after) });
        Ok(page.page(&context, items, next))
    }

    /// A page of the user's own events: those they host, the last to begin first; or those they registered for, the
    /// newest registration first.
    pub async fn mine(&self, user: UserId, role: MyRole, page: &PageRequest) -> Result<Page<EventView>, EventError> {
        let context = [format!("my events:{role:?}"), user.to_string()];
        let after = page.after(&context)?;
        let access = Access { user: Some(user), admin: false };
        let (items, last) = match role {
            MyRole::Host => {
                let found = self.repository.hosted(user, page.limit, after).await?;
                let ids: Vec<EventId> = found.items.iter().map(|event| event.id).collect();
                let (seats, own) =
                    tokio::try_join!(self.repository.seats_of(&ids), self.repository.registrations_for(&ids, user))?;
                (self.views(&ids, found.items, seats, by_event(own), &access), found.last)
            }
            MyRole::Registered => {
                let found = self.repository.registered(user, page.limit, after).await?;
                let ids: Vec<EventId> = found.items.iter().map(|registration| registration.event_id).collect();
                let (events, seats) = tokio::try_join!(self.repository.by_ids(&ids), self.repository.seats_of(&ids))?;
                (self.views(&ids, events, seats, by_event(found.items), &access), found.last)
            }
        };
        Ok(page.page(&context, items, last))
    }

    /// A page of the events with changes that organisers have not reviewed, the longest wait first.
    pub async fn reviews(&self, page: &PageRequest) -> Result<Page<EventView>, EventError> {
        let context = ["event reviews"];
        let found = self.repository.unreviewed(page.limit, page.after(&context)?).await?;
        let ids: Vec<EventId> = found.items.iter().map(|event| event.id).collect();
        let (mut events, seats) = tokio::try_join!(self.repository.by_ids(&ids), self.repository.seats_of(&ids))?;
        // The index may be older than the events.
        events.retain(|event| event.waits_for_review_since().is_some());
        Ok(page.page(&context, self.views(&ids, events, seats, HashMap::new(), &ADMIN), found.last))
    }

    /// A page of an event's registrations in the order in which users first registered, for its host and admins.
    pub async fn guests(
        &self,
        id: EventId,
        state: Option<RegistrationState>,
        access: &Access,
        page: &PageRequest,
    ) -> Result<Page<Guest>, EventError> {
        let context = [format!("guests:{id}"), format!("{state:?}")];
        let after = page.after(&context)?;
        self.owned(id, access).await?;
        let found = self.repository.guests(id, state, page.limit, after).await?;
        let items = self.named(found.items, access).await?;
        Ok(page.page(&context, items, found.last))
    }

    /// Registrations with the names of the users whose profiles the caller may see.
    async fn named(&self, registrations: Vec<Registration>, access: &Access) -> Result<Vec<Guest>, EventError> {
        let ids: Vec<UserId> = registrations.iter().map(|registration| registration.user_id).collect();
        let seen = self.users.seen_by(&access.viewer(), self.users.get_all(&ids).await?).await?;
        let mut users: HashMap<UserId, User> = seen.into_iter().map(|user| (user.id, user)).collect();
        let guest = |registration: Registration| {
            let user = users.remove(&registration.user_id);
            Guest::new(registration, user)
        };
        Ok(registrations.into_iter().map(guest).collect())
    }

    /// The events of a page in the page's order.
    fn views(
        &self,
        ids: &[EventId],
        events: Vec<Event>,
        seats: Vec<Seats>,
        mut own: HashMap<EventId, Registration>,
        access: &Access,
    ) -> Vec<EventView> {
        let mut events: HashMap<EventId, Event> = events.into_iter().map(|event| (event.id, event)).collect();
        let seats: HashMap<EventId, Seats> = seats.into_iter().map(|seats| (seats.event_id, seats)).collect();
        let view = |id: &EventId| Some(self.view(events.remove(id)?, seats.get(id)?, own.remove(id), access));
        ids.iter().filter_map(view).collect()
    }
}
