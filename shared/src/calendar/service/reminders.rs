//! Reminders before bookmarked sessions and side events. Only sessions and events that start within the longest lead
//! that a user has chosen are read, the earliest first.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::agenda::model::{Agenda, Session};
use crate::agenda::service::Bookmarks;
use crate::conferences::error::ConferenceError;
use crate::conferences::service::ConferenceService;
use crate::dynamo;
use crate::events::model::Event;
use crate::events::service::EventService;
use crate::id::UserId;
use crate::notifications::lead::Leads;
use crate::notifications::model::Category;
use crate::notifications::service::{NotificationService, Occasion};
use crate::platform::Platform;
use crate::scheduled::Batch;
use crate::text::{Slug, Tag};
use crate::time::{Clock, Time, Zone};

/// Sends reminders before sessions and side events start.
#[derive(Clone, Debug)]
pub struct Reminders {
    conferences: ConferenceService,
    bookmarks: Bookmarks,
    events: EventService,
    notifications: NotificationService,
    clock: Clock,
}

/// A session that starts soon.
struct Upcoming {
    conference: Slug,
    timezone: Zone,
    session: Session,
}

impl Reminders {
    /// On this platform, of these bookmarks and side events.
    pub fn new(
        platform: &Platform,
        conferences: ConferenceService,
        bookmarks: Bookmarks,
        events: EventService,
        notifications: NotificationService,
    ) -> Self {
        Self { conferences, bookmarks, events, notifications, clock: platform.clock.clone() }
    }

    /// Reminds users of the sessions they bookmarked. It stops at `until`, and the next run continues.
    pub async fn of_sessions(&self, until: Instant) -> Result<Batch, ConferenceError> {
        let leads = self.notifications.leads().await?;
        let mut written = Batch::default();
        for upcoming in self.upcoming(&leads, &mut written).await? {
            if Instant::now() >= until {
                tracing::warn!("reminders.out_of_time");
                return Ok(written);
            }
            let reminded = self.of_session(&upcoming, &leads, until).await;
            written += noted(&upcoming.session.id, reminded);
        }
        Ok(written)
    }

    /// The sessions that start within the longest lead, by start time.
    async fn upcoming(&self, leads: &Leads, written: &mut Batch) -> Result<Vec<Upcoming>, ConferenceError> {
        let now = self.clock.now();
        let last = now.plus(leads.longest().duration());
        let mut all = Vec::new();
        for conference in self.conferences.around(now).await? {
            match self.bookmarks.current(&conference.slug).await {
                Ok(agenda) => all.extend(agenda.into_iter().flat_map(|agenda| between(agenda, now, last))),
                // An agenda that cannot be read must not stop the reminders of the other agendas.
                Err(error) => *written += noted(&conference.slug, Err(error)),
            }
        }
        all.sort_by_key(|upcoming| (upcoming.session.content.start, upcoming.session.id));
        Ok(all)
    }

    async fn of_session(&self, upcoming: &Upcoming, leads: &Leads, until: Instant) -> Result<Batch, dynamo::Error> {
        let (occasion, mut written, mut after) = (session_occasion(upcoming), Batch::default(), None);
        loop {
            let (users, last) = self.bookmarks.bookmarkers(&upcoming.conference, upcoming.session.id, after).await?;
            written += self.notifications.remind(&occasion, &users, leads).await?;
            if last.is_none() || Instant::now() >= until {
                return Ok(written);
            }
            after = last;
        }
    }

    /// Reminds users of the side events they have a seat at. It stops at `until`, and the next run continues.
    pub async fn of_events(&self, until: Instant) -> Result<Batch, dynamo::Error> {
        let (now, leads) = (self.clock.now(), self.notifications.leads().await?);
        let mut written = Batch::default();
        let last = now.plus(leads.longest().duration());
        for event in self.events.events_starting(now, last).await? {
            if Instant::now() >= until {
                tracing::warn!("reminders.out_of_time");
                return Ok(written);
            }
            let reminded = self.of_event(&event, &leads).await;
            written += noted(&event.id, reminded);
        }
        Ok(written)
    }

    async fn of_event(&self, event: &Event, leads: &Leads) -> Result<Batch, dynamo::Error> {
        let guests: Vec<UserId> = self.events.with_seat(event.id).await?.into_iter().collect();
        self.notifications.remind(&event_occasion(event), &guests, leads).await
    }
}

/// The result for one session, event or agenda. A failure is logged and counted, and must not stop the others.
fn noted(what: &dyn std::fmt::Display, reminded: Result<Batch, dynamo::Error>) -> Batch {
    reminded.unwrap_or_else(|error| {
        tracing::error!(of = %what, error = %error, "reminders.failed");
        Batch { due: 1, done: 0, failed: 1 }
    })
}

fn between(agenda: Agenda, now: Time, last: Time) -> Vec<Upcoming> {
    let Agenda { conference, timezone, sessions, .. } = agenda;
    let soon = sessions.into_iter().filter(|session| now < session.content.start && session.content.start <= last);
    soon.map(|session| Upcoming { conference: conference.clone(), timezone: timezone.clone(), session }).collect()
}

fn session_occasion(upcoming: &Upcoming) -> Occasion {
    let (session, content) = (&upcoming.session, &upcoming.session.content);
    let place = content.stage.as_ref().map_or_else(|| upcoming.conference.to_string(), ToString::to_string);
    occasion(
        "session-reminder",
        Category::Agenda,
        &session.id,
        content.start,
        &upcoming.timezone,
        [content.title.as_str(), &place],
    )
}

fn event_occasion(event: &Event) -> Occasion {
    let details = &event.details;
    let place = details.location.as_ref().map_or("Online", |place| place.name.as_str());
    occasion(
        "event-reminder",
        Category::Event,
        &event.id,
        details.starts_at,
        &details.timezone,
        [details.title.as_str(), place],
    )
}

fn occasion(
    template: &'static str,
    category: Category,
    id: &dyn std::fmt::Display,
    starts_at: Time,
    timezone: &Zone,
    [title, place]: [&str; 2],
) -> Occasion {
    let when = timezone.at(starts_at).strftime("%H:%M, %a %-d %b %Y").to_string();
    let arguments = [("title", title.to_owned()), ("starts_at", when), ("place", place.to_owned())];
    let arguments: BTreeMap<String, String> = arguments.map(|(name, value)| (name.to_owned(), value)).into();
    Occasion { id: id.to_string(), starts_at, category, template: Tag::named(template), arguments }
}
