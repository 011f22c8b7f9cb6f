//! Users as they are: the profile, what of it others may see, and what belongs to one user only.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contact::{CountryCode, EmailAddress, PhoneNumber};
use super::handles::{GithubUsername, KgenUsername, LinkedinUsername, TwitterUsername};
use super::standing::Standing;
use crate::id::UserId;
use crate::text::{Line, Tag, Tags};
use crate::time::Time;
use crate::url::HttpsUrl;

/// Who can see a profile and find it in the directory: `public` is everybody, `attendees` is users who are logged in
/// or, in deployments that use tickets, users with a claimed ticket, `private` is the user and admins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProfileVisibility)]
pub enum Visibility {
    /// Everybody, logged in or not.
    Public,
    /// Users who are logged in. In deployments that use tickets: users with a claimed ticket.
    #[default]
    Attendees,
    /// The user and admins.
    Private,
}

/// What a user's private chat with the bot allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatState {
    /// The bot has received no update about it: `allows_write_to_pm` decides.
    #[default]
    Unknown,
    /// The user started the bot, so the bot may write.
    Started,
    /// The user sent `/stop`, so the bot may not write.
    Stopped,
    /// The user blocked the bot, or the account was deleted: Telegram refuses messages.
    Blocked,
}

/// Time and number of a Telegram update.
// Updates arrive in any order, so of two the greater one is the later one. The id alone is not enough: after a week
// without updates, Telegram starts again at a random number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TelegramUpdateTime)]
pub struct UpdateTime {
    /// Time on Telegram's clock, in seconds since 1970.
    pub sent_at: i64,
    /// Number of the update. It grows with each update.
    pub update_id: i64,
}

/// A user's profile: one item, versioned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are documented where they are shown, in PublicUser and OwnUser")]
pub struct User {
    pub id: UserId,
    pub telegram_id: i64,
    pub username: Option<String>,
    pub first_name: String,
    pub last_name: Option<String>,
    /// Whether the user changed the name here. Then a login does not replace it.
    pub name_edited: bool,
    pub photo_url: Option<String>,
    pub language_code: Option<String>,
    pub is_premium: bool,
    pub allows_write_to_pm: bool,
    /// Whether the bot may write, as the chat with it has shown.
    #[serde(default)]
    pub chat: ChatState,
    /// The update that `chat` follows from: an earlier update that arrives late changes nothing.
    #[serde(default)]
    pub chat_as_of: Option<UpdateTime>,
    pub onboarding_completed: bool,
    pub notifications_enabled: bool,
    pub email: Option<EmailAddress>,
    pub email_verified: bool,
    pub twitter_username: Option<TwitterUsername>,
    pub linkedin_username: Option<LinkedinUsername>,
    pub github_username: Option<GithubUsername>,
    pub kgen_username: Option<KgenUsername>,
    pub job_title: Option<Line<100>>,
    pub organization: Option<Line<100>>,
    pub roles: Tags<5>,
    pub ecosystems: Tags<10>,
    pub topics: Tags<10>,
    pub experience: Option<Line<100>>,
    pub location: Option<Line<100>>,
    pub phone_number: Option<PhoneNumber>,
    pub country_code: Option<CountryCode>,
    pub pog_image_url: Option<HttpsUrl>,
    pub visibility: Visibility,
    /// Rights, ban and revoked logins.
    #[serde(default)]
    pub standing: Standing,
    /// Rises by one with each change.
    pub version: u64,
    pub created_at: Time,
    pub updated_at: Time,
    /// The user requested erasure, which happens from this time on.
    pub erase_after: Option<Time>,
    /// The erasure has begun: the user owns no accounts, and all items are being deleted.
    #[serde(default)]
    pub erased: bool,
    /// Claims and directory entries as they were written with this version. Set by the repository.
    #[serde(default)]
    pub derived: Option<Derived>,
}

impl User {
    /// Marks the profile as changed.
    pub fn stamp(&mut self, now: Time) {
        self.version += 1;
        self.updated_at = now;
    }

    /// Whether the bot may write to the user.
    pub const fn is_reachable(&self) -> bool {
        match self.chat {
            ChatState::Unknown => self.allows_write_to_pm,
            ChatState::Started => true,
            ChatState::Stopped | ChatState::Blocked => false,
        }
    }

    /// Whether `viewer` may see the profile. Other domains ask [`super::service::UserService::seen_by`], which knows of
    /// tickets. A user with a scheduled erasure is already hidden from others.
    pub(super) fn is_visible_to(&self, viewer: &Viewer) -> bool {
        match viewer {
            Viewer::Admin => true,
            Viewer::User(id) | Viewer::Outsider(id) if *id == self.id => true,
            _ if self.erase_after.is_some() => false,
            Viewer::User(_) => self.visibility != Visibility::Private,
            Viewer::Outsider(_) | Viewer::Anonymous => self.visibility == Visibility::Public,
        }
    }

    /// Whether `viewer` may see the profile as an attendee only: then it matters whether they have a ticket.
    pub(super) fn is_for_attendees(&self, viewer: &Viewer) -> bool {
        matches!(viewer, Viewer::User(id) if *id != self.id) && self.visibility == Visibility::Attendees
    }
}

/// The caller, as far as it decides which profiles are visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// A caller without credentials.
    Anonymous,
    /// A user who sees what attendees may see.
    User(UserId),
    /// A user who has no ticket, where the deployment uses tickets: they see others as somebody without credentials.
    Outsider(UserId),
    /// An admin, by role or key.
    Admin,
}

/// An account elsewhere that belongs to one user at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Claim {
    /// A Telegram account, by its id.
    Telegram(String),
    /// A verified email address.
    Email(String),
    /// A Twitter (X) account, in lower case like all that follow.
    Twitter(String),
    /// A LinkedIn profile.
    Linkedin(String),
    /// A GitHub account.
    Github(String),
    /// A KGeN account.
    Kgen(String),
}

impl Claim {
    /// The claim to a Telegram account.
    pub fn telegram(id: i64) -> Self {
        Self::Telegram(id.to_string())
    }

    /// The claim to a verified email address.
    pub fn email(address: &EmailAddress) -> Self {
        Self::Email(address.to_string())
    }

    /// The kind, as it stands in the key.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Telegram(_) => "telegram",
            Self::Email(_) => "email",
            Self::Twitter(_) => "twitter",
            Self::Linkedin(_) => "linkedin",
            Self::Github(_) => "github",
            Self::Kgen(_) => "kgen",
        }
    }

    /// The account's name or id.
    pub fn value(&self) -> &str {
        let (Self::Telegram(value)
        | Self::Email(value)
        | Self::Twitter(value)
        | Self::Linkedin(value)
        | Self::Github(value)
        | Self::Kgen(value)) = self;
        value
    }
}

/// Claims and directory entries that were written beside a profile, by their names there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Derived {
    pub(super) claims: Vec<Claim>,
    /// Sort keys of directory entries.
    pub(super) entries: Vec<String>,
}

/// A list of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Facet {
    /// All users, newest first.
    All,
    /// Users with the visibility `public`, newest first.
    Public,
    /// Users of a role, newest first.
    Role(Tag),
    /// Users of an ecosystem, newest first.
    Ecosystem(Tag),
    /// Users with a topic, newest first.
    Topic(Tag),
    /// Users with a word in name, username or organisation, by word.
    Word(String),
}

impl fmt::Display for Facet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Public => f.write_str("public"),
            Self::Role(tag) => write!(f, "role#{tag}"),
            Self::Ecosystem(tag) => write!(f, "ecosystem#{tag}"),
            Self::Topic(tag) => write!(f, "topic#{tag}"),
            Self::Word(word) => write!(f, "word#{word}"),
        }
    }
}

/// The owner of a Telegram account and their standing: all that authentication needs, in one read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user_id: UserId,
    /// The user's standing.
    pub standing: Standing,
}
