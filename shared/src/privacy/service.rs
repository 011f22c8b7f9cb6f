//! Export and erasure. Each domain answers for its own data; this asks them all.

use serde::Serialize;
use utoipa::ToSchema;

use super::error::PrivacyError;
use super::holdings::{Held, Holdings};
use crate::attendees::model::Attendee;
use crate::attendees::service::AttendeeService;
use crate::attendees::view::OwnTicket;
use crate::auth::model::Session;
use crate::auth::service::SessionService;
use crate::id::UserId;
use crate::notifications::preferences::Choices;
use crate::notifications::service::{FeedEraser, NotificationService};
use crate::notifications::view::FeedItem;
use crate::telegram::model::Membership;
use crate::telegram::service::Memberships;
use crate::time::{Clock, Time};
use crate::users::contact::EmailAddress;
use crate::users::error::UserError;
use crate::users::model::{Start, User};
use crate::users::service::{Eraser, UserService};
use crate::users::view::OwnUser;

/// Everything we hold of a user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Export {
    /// When the export was made.
    pub exported_at: Time,
    /// The profile.
    pub user: OwnUser,
    /// The address whose code has not come back yet.
    pub pending_email: Option<EmailAddress>,
    /// The links the user came by.
    pub starts: Vec<Start>,
    /// Where the user is logged in.
    pub sessions: Vec<Session>,
    /// What the user wants to be told.
    pub notification_preferences: Choices,
    /// What the user was told.
    pub notifications: Vec<FeedItem>,
    /// The groups on Telegram that the bot has seen the user join or leave.
    pub telegram_groups: Vec<Membership>,
    /// The tickets that the user claimed.
    pub tickets: Vec<OwnTicket>,
    /// The conferences that the user is an attendee of, or was.
    pub attendances: Vec<Attendee>,
    /// What the other domains of the conference week hold.
    #[serde(flatten)]
    pub held: Held,
}

/// What users ask for.
#[derive(Clone, Debug)]
pub struct PrivacyService {
    users: UserService,
    sessions: SessionService,
    notifications: NotificationService,
    memberships: Memberships,
    attendees: AttendeeService,
    holdings: Holdings,
    clock: Clock,
}

impl PrivacyService {
    /// Of these domains.
    pub fn new(
        users: UserService,
        sessions: SessionService,
        notifications: NotificationService,
        memberships: Memberships,
        attendees: AttendeeService,
        holdings: Holdings,
        clock: Clock,
    ) -> Self {
        Self { users, sessions, notifications, memberships, attendees, holdings, clock }
    }

    /// Everything we hold of a user.
    pub async fn export(&self, id: UserId) -> Result<Export, PrivacyError> {
        let users = async {
            Ok::<_, PrivacyError>(tokio::try_join!(
                self.users.get(id),
                self.users.pending_email(id),
                self.users.starts(id)
            )?)
        };
        let sessions = async { Ok::<_, PrivacyError>(self.sessions.list(id).await?) };
        let notifications = async { Ok(self.notifications.everything(id).await?) };
        let attendees = async { Ok(self.attendees.everything(id).await?) };
        let ((user, pending_email, starts), sessions, (choices, notifications), (tickets, attendances), held) =
            tokio::try_join!(users, sessions, notifications, attendees, self.holdings.of(id))?;
        let telegram_groups = self.memberships.of(user.telegram_id).await?;
        Ok(Export {
            exported_at: self.clock.now(),
            telegram_groups,
            tickets,
            attendances,
            user: user.into(),
            pending_email,
            starts,
            sessions,
            notification_preferences: choices,
            notifications: notifications.into_iter().map(FeedItem::from).collect(),
            held,
        })
    }

    /// Schedules a user's erasure and logs them out everywhere.
    pub async fn schedule_erasure(&self, id: UserId) -> Result<User, UserError> {
        let user = self.users.schedule_erasure(id).await?;
        self.sessions.close_all(id, None).await?;
        Ok(user)
    }
}

/// Carries erasures out. It is apart from [`PrivacyService`] because it needs no secret, and so its function gets none.
#[derive(Clone, Debug)]
pub struct ErasureService {
    users: Eraser,
    sessions: SessionService,
    feeds: FeedEraser,
    memberships: Memberships,
    holdings: Holdings,
}

/// What became of the erasures that were due. One who came back meanwhile is neither erased nor failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erasures {
    /// Users that were due.
    pub due: usize,
    /// Users that are no more.
    pub erased: usize,
    /// Users that could not be erased; they stay due.
    pub failed: usize,
}

impl ErasureService {
    /// Of these domains.
    pub fn new(
        users: Eraser,
        sessions: SessionService,
        feeds: FeedEraser,
        memberships: Memberships,
        holdings: Holdings,
    ) -> Self {
        Self { users, sessions, feeds, memberships, holdings }
    }

    /// Erases up to `limit` users whose grace period is over. One who cannot be erased now does not keep the others.
    pub async fn erase_due(&self, limit: usize) -> Result<Erasures, UserError> {
        let due = self.users.due(limit).await?;
        let mut erasures = Erasures { due: due.len(), ..Erasures::default() };
        for user in due {
            match self.erase(&user).await {
                Ok(()) => erasures.erased += 1,
                Err(PrivacyError::User(UserError::VersionConflict)) => {}
                Err(error) => {
                    erasures.failed += 1;
                    tracing::error!(user.id = %user.id, error = %error, "user.erasure_failed");
                }
            }
        }
        Ok(erasures)
    }

    async fn erase(&self, user: &User) -> Result<(), PrivacyError> {
        // Only now is nobody logged in again: whoever came back before keeps the session they came with.
        self.users.begin(user).await?;
        self.sessions.close_all(user.id, None).await?;
        self.feeds.erase(user.id).await?;
        self.memberships.erase(user.telegram_id).await?;
        self.holdings.erase(user.id).await?;
        Ok(self.users.finish(user.id).await?)
    }
}
