//! Export and erasure. Each domain answers for its own data; this asks them all.

use serde::Serialize;
use thiserror::Error;
use utoipa::ToSchema;

use crate::attendees::error::AttendeeError;
use crate::attendees::model::Attendee;
use crate::attendees::service::{AttendeeEraser, AttendeeService};
use crate::attendees::view::OwnTicket;
use crate::auth::model::Session;
use crate::auth::sessions::SessionService;
use crate::dynamo;
use crate::error::ApiError;
use crate::id::UserId;
use crate::media::error::MediaError;
use crate::media::service::MediaService;
use crate::media::view::MediaView;
use crate::notifications::error::NotificationError;
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
    /// What the user uploaded.
    pub media: Vec<MediaView>,
}

/// Why an export was not made.
#[derive(Debug, Error)]
pub enum PrivacyError {
    /// What users' rules say.
    #[error(transparent)]
    User(#[from] UserError),
    /// What notifications' rules say.
    #[error(transparent)]
    Notification(#[from] NotificationError),
    /// What media's rules say.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// DynamoDB.
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

/// Why a user was not erased.
#[derive(Debug, Error)]
enum ErasureError {
    #[error(transparent)]
    User(#[from] UserError),
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error(transparent)]
    Attendee(#[from] AttendeeError),
    #[error(transparent)]
    Dynamo(#[from] dynamo::Error),
}

impl From<PrivacyError> for ApiError {
    fn from(error: PrivacyError) -> Self {
        match error {
            PrivacyError::User(cause) => cause.into(),
            PrivacyError::Notification(cause) => cause.into(),
            PrivacyError::Media(cause) => cause.into(),
            PrivacyError::Dynamo(cause) => cause.into(),
        }
    }
}

/// What users ask for.
#[derive(Clone, Debug)]
pub struct PrivacyService {
    users: UserService,
    sessions: SessionService,
    notifications: NotificationService,
    memberships: Memberships,
    attendees: AttendeeService,
    media: MediaService,
    clock: Clock,
}

impl PrivacyService {
    /// Of these domains.
    pub fn new(
        users: UserService,
        sessions: SessionService,
        notifications: NotificationService,
        memberships: Memberships,
        media: MediaService,
        attendees: AttendeeService,
        clock: Clock,
    ) -> Self {
        Self { users, sessions, notifications, memberships, media, attendees, clock }
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
        let media = async { Ok(self.media.everything(id).await?) };
        let attendees = async { Ok(self.attendees.everything(id).await?) };
        let ((user, pending_email, starts), sessions, (choices, notifications), media, (tickets, attendances)) =
            tokio::try_join!(users, sessions, notifications, media, attendees)?;
        let telegram_groups = self.memberships.of(user.telegram_id).await?;
        Ok(Export {
            exported_at: self.clock.now(),
            telegram_groups,
            tickets,
            attendances,
            media,
            user: user.into(),
            pending_email,
            starts,
            sessions,
            notification_preferences: choices,
            notifications: notifications.into_iter().map(FeedItem::from).collect(),
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
    media: MediaService,
    attendees: AttendeeEraser,
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
        media: MediaService,
        attendees: AttendeeEraser,
    ) -> Self {
        Self { users, sessions, feeds, memberships, media, attendees }
    }

    /// Erases up to `limit` users whose grace period is over. One who cannot be erased now does not keep the others.
    pub async fn erase_due(&self, limit: usize) -> Result<Erasures, UserError> {
        let due = self.users.due(limit).await?;
        let mut erasures = Erasures { due: due.len(), ..Erasures::default() };
        for user in due {
            match self.erase(&user).await {
                Ok(()) => erasures.erased += 1,
                Err(ErasureError::User(UserError::VersionConflict)) => {}
                Err(error) => {
                    erasures.failed += 1;
                    tracing::error!(user.id = %user.id, error = %error, "user.erasure_failed");
                }
            }
        }
        Ok(erasures)
    }

    async fn erase(&self, user: &User) -> Result<(), ErasureError> {
        // Only now is nobody logged in again: whoever came back before keeps the session they came with.
        self.users.begin(user).await?;
        self.sessions.close_all(user.id, None).await?;
        self.feeds.erase(user.id).await?;
        self.memberships.erase(user.telegram_id).await?;
        self.attendees.erase(user.id).await?;
        self.media.erase(user.id).await?;
        Ok(self.users.finish(user.id).await?)
    }
}
