//! Reminders before bookmarked sessions and side events. Only those are read that start when somebody's reminder may be
//! due, the earliest first.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Instant;

use futures_util::stream::{self, StreamExt};

use crate::agenda::model::{Agenda, Session};
use crate::agenda::service::Bookmarks;
use crate::conferences::service::ConferenceService;
use crate::dynamo;
use crate::events::model::Event;
use crate::events::service::EventService;
use crate::id::{AgendaSessionId, EventId, UserId};
use crate::notifications::model::Category;
use crate::notifications::service::{NotificationService, Occasion, Round};
use crate::platform::Platform;
use crate::scheduled::Batch;
use crate::text::{Slug, Tag};
use crate::time::{Clock, Time, Zone};

/// Sessions and events whose people are read at the same time.
const AT_ONCE: usize = 8;

/// Sends reminders before sessions and side events start.
#[derive(Clone, Debug)]
pub struct Reminders {
    conferences: ConferenceService,
    bookmarks: Bookmarks,
    events: EventService,
    notifications: NotificationService,
    clock: Clock,
}

/// What starts soon, and whose plan it is in.
struct Upcoming {
    occasion: Occasion,
    plan: Plan,
}

enum Plan {
    Bookmarked(Slug, AgendaSessionId),
    Registered(EventId),
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

    /// Reminds users of the sessions they bookmarked and the side events they have a seat at. It stops at `until`, or
    /// when it has written what is sent until the next run, which continues.
    pub async fn run(&self, until: Instant) -> Result<Batch, dynamo::Error> {
        let mut round = self.notifications.round(until).await?;
        let windows = round.windows();
        let mut upcoming = self.sessions(&windows, &mut round).await;
        upcoming.extend(self.events(&windows, &mut round).await);
        upcoming.sort_by(|a, b| (a.occasion.starts_at, &a.occasion.id).cmp(&(b.occasion.starts_at, &b.occasion.id)));
        let with_people = stream::iter(upcoming).map(|upcoming| async move {
            let people = self.people(&upcoming.plan).await;
            (upcoming.occasion, people)
        });
        let mut with_people = std::pin::pin!(with_people.buffered(AT_ONCE));
        while !round.is_over()
            && let Some((occasion, people)) = with_people.next().await
        {
            let reminded = match people {
                Ok(people) => self.notifications.remind(&occasion, &people, &mut round).await,
                Err(error) => Err(error),
            };
            round.note(&occasion.id, reminded);
        }
        Ok(round.end())
    }

    async fn people(&self, plan: &Plan) -> Result<Vec<UserId>, dynamo::Error> {
        let people = match plan {
            Plan::Bookmarked(conference, session) => self.bookmarks.bookmarkers(conference, *session).await?,
            Plan::Registered(event) => self.events.with_seat(*event).await?,
        };
        Ok(people.into_iter().collect())
    }

    /// The sessions that start within one of the windows. An agenda that cannot be read does not stop the others.
    async fn sessions(&self, windows: &[RangeInclusive<Time>], round: &mut Round) -> Vec<Upcoming> {
        let conferences = self.conferences.around(self.clock.now()).await;
        let conferences = conferences.unwrap_or_else(|error| {
            round.note(&"conferences", Err(error));
            Vec::new()
        });
        let mut all = Vec::new();
        for conference in conferences {
            match self.bookmarks.current(&conference.slug).await {
                Ok(released) => all.extend(released.iter().flat_map(|one| sessions_within(&one.agenda, windows))),
                Err(error) => round.note(&conference.slug, Err(error)),
            }
        }
        all
    }

    /// The side events that start within one of the windows.
    async fn events(&self, windows: &[RangeInclusive<Time>], round: &mut Round) -> Vec<Upcoming> {
        let mut all = Vec::new();
        for window in windows {
            match self.events.events_starting(*window.start(), *window.end()).await {
                Ok(events) => all.extend(
                    events
                        .iter()
                        .map(|event| Upcoming { occasion: event_occasion(event), plan: Plan::Registered(event.id) }),
                ),
                Err(error) => round.note(&"events", Err(error)),
            }
        }
        all
    }
}

fn sessions_within(agenda: &Agenda, windows: &[RangeInclusive<Time>]) -> Vec<Upcoming> {
    let within = |session: &&Session| windows.iter().any(|window| window.contains(&session.content.start));
    let upcoming = |session: &Session| Upcoming {
        occasion: session_occasion(agenda, session),
        plan: Plan::Bookmarked(agenda.conference.clone(), session.id),
    };
    agenda.sessions.iter().filter(within).map(upcoming).collect()
}

fn session_occasion(agenda: &Agenda, session: &Session) -> Occasion {
    let content = &session.content;
    let place = content.stage.as_ref().map_or_else(|| agenda.conference.to_string(), ToString::to_string);
    occasion(
        "session-reminder",
        Category::Agenda,
        &session.id,
        content.start,
        &agenda.timezone,
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
