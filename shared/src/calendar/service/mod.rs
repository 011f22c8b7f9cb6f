//! What can be done with calendars. [`CalendarService`] is for the API; [`Reminders`] looks after what is about to begin.
//!
//! `new_token`, `owner` and `feed` are here, what `feed` reads is in `entries`; `of_sessions` and `of_events` are in `reminders`.

mod entries;
mod reminders;

pub use reminders::Reminders;

use super::error::CalendarError;
use super::model::{Access, Token};
use super::repository::CalendarRepository;
use crate::agenda::service::Bookmarks;
use crate::dynamo::Contention;
use crate::events::calendar::entry as entry_of_event;
use crate::events::service::EventService;
use crate::ical::{Calendar, Entry};
use crate::id::UserId;
use crate::platform::Platform;
use crate::random::Random;
use crate::time::Clock;
use crate::url::HttpsUrl;
use entries::entry;

/// What a feed is called in calendar programs.
const NAME: &str = "My conference week";

/// Calendars.
#[derive(Clone, Debug)]
pub struct CalendarService {
    pub(super) tokens: CalendarRepository,
    pub(super) bookmarks: Bookmarks,
    pub(super) events: EventService,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl CalendarService {
    /// On this platform, of these bookmarks and side events.
    pub fn new(platform: &Platform, bookmarks: Bookmarks, events: EventService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { tokens: CalendarRepository::new(platform), bookmarks, events, clock, random }
    }

    /// A new token for a user's calendar; the one before is good no more.
    pub async fn new_token(&self, user: UserId) -> Result<Token, CalendarError> {
        let mut contention = Contention::new(&self.random);
        loop {
            let before = self.tokens.access(user).await?;
            let token = Token::generate(&self.random);
            let access = Access { user_id: user, hash: token.hash(), created_at: self.clock.now() };
            match self.tokens.replace(&access, before.as_ref()).await {
                Err(CalendarError::VersionConflict) if contention.wait().await => {}
                replaced => return replaced.map(|()| token),
            }
        }
    }

    /// Whose calendar a token opens; [`CalendarError::NotFound`] when it opens none.
    pub async fn owner(&self, token: &Token) -> Result<UserId, CalendarError> {
        self.tokens.owner(&token.hash()).await?.ok_or(CalendarError::NotFound)
    }

    /// The sessions that a user bookmarked and the side events they have a seat for, in order of time. What takes place no more
    /// is there as cancelled, so that programs that know it take it away. Links open the mini app, which is at `app`.
    pub async fn feed(&self, user: UserId, app: &HttpsUrl) -> Result<Calendar, CalendarError> {
        let (plans, events) = tokio::try_join!(self.bookmarks.plans(user), self.events.events_of(user))?;
        let sessions = plans.iter().flat_map(|(_, sessions)| sessions).map(entry);
        let events = events.iter().map(|event| entry_of_event(event, app));
        let mut entries: Vec<Entry> = sessions.chain(events).collect();
        entries.sort_by_key(|entry| entry.start);
        Ok(Calendar { name: NAME.to_owned(), entries })
    }
}
