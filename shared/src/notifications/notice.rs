//! Notices: how other domains notify a user or an audience. A notice goes into the outbox in the transaction of the
//! change that it is about.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::audience::Audience;
use super::model::{Category, Link};
use crate::id::UserId;
use crate::text::Tag;
use crate::time::Time;

/// Users of one notice: few enough that one transaction (100 writes) can hold a notification and a message for each.
pub const MAX_USERS: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// One user, notified at once.
    User(UserId),
    /// Several users, notified at once: at most [`MAX_USERS`].
    Users(Vec<UserId>),
    /// An audience: a job is created and started.
    Audience(Audience),
}

/// What a message comes from. It decides how fast the message is sent, and what it waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// A change that the system or an organiser made, such as a seat that became free.
    #[default]
    System,
    /// The act of this user. One user's messages are spread over time, and limited per day.
    User(UserId),
    /// A time has come, such as that of a reminder.
    Time,
}

/// What a notice is about. A newer notice replaces an older one that is not sent yet, if it is about the same or more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What belongs together, such as the sessions of an agenda. Unique among all domains.
    pub group: String,
    /// The things of the group that it is about. None where the group is one thing.
    pub parts: BTreeSet<String>,
}

impl Subject {
    /// About one thing.
    pub fn of(group: String) -> Self {
        Self { group, parts: BTreeSet::new() }
    }

    /// Whether a notice about this says all about the other.
    pub fn covers(&self, other: &Self) -> bool {
        self.group == other.group
            && self.parts.is_superset(&other.parts)
            && self.parts.is_empty() == other.parts.is_empty()
    }

    /// Whether it is about several things.
    pub fn is_wide(&self) -> bool {
        self.parts.len() > 1
    }
}

/// A message that is to be sent once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub to: Recipients,
    pub category: Category,
    /// It is sent regardless of preferences.
    pub critical: bool,
    pub template: Tag,
    pub arguments: BTreeMap<String, String>,
    pub link: Option<Link>,
    /// Repeated notices with the same key are sent once. It is unique among all domains, so it begins with the domain's
    /// name.
    pub dedupe_key: String,
    pub at: Time,
    #[serde(default, skip_serializing_if = "is_system")]
    pub cause: Cause,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// It is of no use after this time, and is not sent then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Time>,
}

const fn is_system(cause: &Cause) -> bool {
    matches!(cause, Cause::System)
}
