//! The operations on calendars. [`CalendarService`] is for the API; [`Reminders`] sends reminders before something
//! starts.
//!
//! `new_token`, `owner` and `feed` are here, and the entries of a feed in `entries`. `run` is in
//! `reminders`.

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
use crate::users::error::UserError;
use crate::users::service::UserService;
use entries::entry;

/// The name of the calendar in calendar programs.
const NAME: &str = "My conference week";

/// The rules for calendars.
#[derive(Clone, Debug)]
pub struct CalendarService {
    pub(super) tokens: CalendarRepository,
    pub(super) bookmarks: Bookmarks,
    pub(super) events: EventService,
    pub(super) users: UserService,
    pub(super) clock: Clock,
    pub(super) random: Random,
}

impl CalendarService {
    /// On this platform, of these users' bookmarks and side events.
    pub fn new(platform: &Platform, bookmarks: Bookmarks, events: EventService, users: UserService) -> Self {
        let (clock, random) = (platform.clock.clone(), platform.random.clone());
        Self { tokens: CalendarRepository::new(platform), bookmarks, events, users, clock, random }
    }

    /// Creates a new token for a user's calendar. The previous token stops working.
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

    /// The user whose calendar a token opens; [`CalendarError::NotFound`] if the token is not a current one. The token
    /// of a banned user opens nothing, and neither does one from before a logout everywhere.
    pub async fn owner(&self, token: &Token) -> Result<UserId, CalendarError> {
        let grant = self.tokens.grant(&token.hash()).await?.ok_or(CalendarError::NotFound)?;
        let user = match self.users.get(grant.user_id).await {
            Err(UserError::NotFound) => return Err(CalendarError::NotFound),
            other => other?,
        };
        let is_closed = user.standing.closes(grant.created_at, self.clock.now());
        if is_closed { Err(CalendarError::NotFound) } else { Ok(user.id) }
    }

    /// The sessions that a user bookmarked and the side events they have a seat at, by start time. Cancelled ones are
    /// included with that status, so that calendar programs remove them. Links open the mini app at `app`.
    pub async fn feed(&self, user: UserId, app: &HttpsUrl) -> Result<Calendar, CalendarError> {
        let (plans, events) = tokio::try_join!(self.bookmarks.plans(user), self.events.events_of(user))?;
        let sessions = plans.iter().flat_map(|(_, sessions)| sessions).map(entry);
        let events = events.iter().map(|event| entry_of_event(event, app));
        let mut entries: Vec<Entry> = sessions.chain(events).collect();
        entries.sort_by_key(|entry| entry.start);
        Ok(Calendar { feed: Some(NAME.to_owned()), entries })
    }
}
