//! Users as they are: the profile, what of it others may see, and what belongs to one user only.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::contact::{CountryCode, EmailAddress, PhoneNumber};
use super::handles::{GithubUsername, KgenUsername, LinkedinUsername, TwitterUsername};
use crate::id::UserId;
use crate::text::{Line, Tag, Tags};
use crate::time::Time;
use crate::url::HttpsUrl;

/// Who may see a profile and find it in the directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Anybody, logged in or not.
    Public,
    /// Whoever is logged in.
    #[default]
    Attendees,
    /// Nobody but the owner and admins.
    Private,
}

/// What a user may do beyond attending. Given by admins; not to be confused with `roles`, which is what people say they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccessRole {
    /// Works at the venue: scans at check-in and stations.
    Steward,
    /// Leads stewards: also lets people in against the rules, and undoes scans.
    Supervisor,
    /// Runs the conference's content.
    Organizer,
    /// Everything.
    Admin,
}

/// What a user's private chat with the bot allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatState {
    /// The bot has heard nothing of it: `allows_write_to_pm` decides.
    #[default]
    Unknown,
    /// The user started the bot, and may be written to.
    Started,
    /// The user said `/stop`, and does not want to be written to.
    Stopped,
    /// The user blocked the bot, or is no more: Telegram refuses messages.
    Blocked,
}

/// When Telegram made an update. They may arrive in any order; of two, the greater is the later one. Ids alone would not do, as
/// Telegram counts them from a random number again after a week without updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateTime {
    /// By Telegram's clock, in seconds since 1970.
    pub sent_at: i64,
    /// Telegram's number of the update, which rises from one to the next.
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
    /// The user chose another name here than on Telegram: logins leave it alone.
    pub name_edited: bool,
    pub photo_url: Option<String>,
    pub language_code: Option<String>,
    pub is_premium: bool,
    pub allows_write_to_pm: bool,
    /// Whether the bot may write, as the chat with it has shown.
    #[serde(default)]
    pub chat: ChatState,
    /// The update that `chat` follows from: earlier ones, arriving late, change nothing any more.
    #[serde(default)]
    pub chat_as_of: Option<UpdateTime>,
    /// An admin banned the user.
    #[serde(default)]
    pub banned: bool,
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
    pub access_roles: BTreeSet<AccessRole>,
    /// Rises by one with each change.
    pub version: u64,
    pub created_at: Time,
    pub updated_at: Time,
    /// The user asked to be erased: from then on it happens.
    pub erase_after: Option<Time>,
    /// The erasure has begun: nothing belongs to the user any more, and what is stored is being deleted.
    #[serde(default)]
    pub erased: bool,
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

    /// Whether others may see the profile at all; those about to be erased are gone already.
    pub fn is_visible_to(&self, viewer: &Viewer) -> bool {
        match viewer {
            Viewer::Admin => true,
            Viewer::User(id) if *id == self.id => true,
            _ if self.erase_after.is_some() => false,
            Viewer::User(_) => self.visibility != Visibility::Private,
            Viewer::Anonymous => self.visibility == Visibility::Public,
        }
    }
}

/// Who is looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viewer {
    /// Nobody we know.
    Anonymous,
    /// A user.
    User(UserId),
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

/// A list of the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Facet {
    /// Everybody, newest first.
    All,
    /// Those whom anybody may see, newest first.
    Public,
    /// Those of a role, newest first.
    Role(Tag),
    /// Those of an ecosystem, newest first.
    Ecosystem(Tag),
    /// Those with a topic, newest first.
    Topic(Tag),
    /// Those with a word in name, username or organisation; by word.
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

/// Who owns a Telegram account, and what a request signed by it may do: all that authentication needs, in one read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user.
    pub user_id: UserId,
    /// The user's access roles.
    pub access_roles: BTreeSet<AccessRole>,
}

/// A start parameter that a user opened the app with: where they came from or what they were invited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Start {
    /// Who came.
    pub user_id: UserId,
    /// What kind of link it was.
    pub kind: StartKind,
    /// The whole parameter, as Telegram passed it on.
    pub parameter: String,
    /// When it was first seen.
    pub at: Time,
}

/// The kinds of deep links, by the parameter's prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StartKind {
    /// `ref_…`: somebody's invitation.
    Referral,
    /// `connect_…`: to meet somebody.
    Connect,
    /// `quest_…`: to a quest.
    Quest,
    /// Anything else.
    Other,
}

impl Start {
    /// The record of a parameter that is seen now.
    pub fn new(user_id: UserId, parameter: &str, now: Time) -> Self {
        Self { user_id, kind: StartKind::of(parameter), parameter: parameter.to_owned(), at: now }
    }
}

impl StartKind {
    /// By the prefix.
    pub fn of(parameter: &str) -> Self {
        match parameter.split(['_', '-']).next() {
            Some("ref" | "referral") => Self::Referral,
            Some("connect") => Self::Connect,
            Some("quest") => Self::Quest,
            _ => Self::Other,
        }
    }
}
