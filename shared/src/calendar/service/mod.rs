//! What can be done with calendars. [`CalendarService`] is for the API; [`Reminders`] looks after what is about to begin;
//! [`PlanEraser`] takes along, and away, what is kept of a user. None of them needs a secret.
//!
//! `new_token`, `owner` and `feed` are here, what `feed` reads is in `entries`; `of_sessions` and `of_events` are in `reminders`, and
//! `everything` and `forget` in `privacy`.

mod entries;
mod privacy;
mod reminders;

pub use privacy::{PlanEraser, PlanExport};
pub use reminders::Reminders;

use super::error::CalendarError;
use super::model::{Access, Token};
use super::repository::CalendarRepository;
use crate::agenda::service::Bookmarks;
use crate::events::calendar::entry as entry_of_event;
use crate::events::service::Participants;
use crate::ical::{Calendar, Entry};
use crate::id::UserId;
use crate::random::Random;
use crate::time::Clock;
use crate::url::HttpsUrl;
use entries::entry;

/// What a feed is called in calendar programs.
const NAME: &str = "My conference week";
/// Times that a new token is made because others are made at the same time.
const TRIES: usize = 3;

/// Calendars.
#[derive(Clone, Debug)]
pub struct CalendarService {
    tokens: CalendarRepository,
    bookmarks: Bookmarks,
    participants: Participants,
    app: HttpsUrl,
    clock: Clock,
    random: Random,
}

impl CalendarService {
    /// `app` is where the mini app is.
    pub fn new(
        tokens: CalendarRepository,
        (bookmarks, participants): (Bookmarks, Participants),
        app: HttpsUrl,
        clock: Clock,
        random: Random,
    ) -> Self {
        Self { tokens, bookmarks, participants, app, clock, random }
    }

    /// A new token for a user's calendar; the one before is good no more.
    pub async fn new_token(&self, user: UserId) -> Result<Token, CalendarError> {
        for _ in 0..TRIES {
            let before = self.tokens.access(user).await?;
            let token = Token::generate(&self.random);
            let access = Access { user_id: user, hash: token.hash(), created_at: self.clock.now() };
            match self.tokens.replace(&access, before.as_ref()).await {
                Err(CalendarError::VersionConflict) => {}
                replaced => return replaced.map(|()| token),
            }
        }
        Err(CalendarError::VersionConflict)
    }

    /// Whose calendar a token opens; [`CalendarError::NotFound`] when it opens none.
    pub async fn owner(&self, token: &Token) -> Result<UserId, CalendarError> {
        self.tokens.owner(&token.hash()).await?.ok_or(CalendarError::NotFound)
    }

    /// The sessions that a user bookmarked and the side events they have a seat for, in order of time. What takes place no more
    /// is there as cancelled, so that programs that know it take it away.
    pub async fn feed(&self, user: UserId) -> Result<Calendar, CalendarError> {
        let (plans, events) = tokio::try_join!(self.bookmarks.plans(user), self.participants.events_of(user))?;
        let sessions = plans.iter().flat_map(|(_, sessions)| sessions).map(entry);
        let events = events.iter().map(|event| entry_of_event(event, &self.app));
        let mut entries: Vec<Entry> = sessions.chain(events).collect();
        entries.sort_by_key(|entry| entry.start);
        Ok(Calendar { name: NAME.to_owned(), entries })
    }
}
