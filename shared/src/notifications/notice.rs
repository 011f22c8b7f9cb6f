//! Notices: how other domains notify a user or an audience. A notice goes into the outbox in the transaction of the
//! change that it is about.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::audience::Audience;
use super::model::{Category, Link};
use crate::id::UserId;
use crate::text::Tag;
use crate::time::Time;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// One user, notified at once.
    User(UserId),
    /// An audience: a job is created and started.
    Audience(Audience),
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
}
