//! How every other domain notifies a user or an audience: a notice, put into the outbox in the transaction of the change that it
//! tells of.

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
    /// One user, told at once.
    User(UserId),
    /// An audience: a job is made, and started.
    Audience(Audience),
}

/// Something to be told once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub to: Recipients,
    /// What it is about.
    pub category: Category,
    /// It reaches them whatever their preferences.
    pub critical: bool,
    pub template: Tag,
    /// What stands for the template's placeholders.
    pub arguments: BTreeMap<String, String>,
    /// Where it leads.
    pub link: Option<Link>,
    /// What all tellings of the same thing have in common: it is told once. Unique among all domains, so it begins with the
    /// domain's name.
    pub dedupe_key: String,
    pub at: Time,
}
