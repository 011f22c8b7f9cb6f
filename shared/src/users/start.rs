//! Start parameters: the links by which users opened the app or the bot.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::UserId;
use crate::time::Time;

/// Start parameter of a link by which the user opened the app or the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = StartParameter)]
pub struct Start {
    /// User who opened the link.
    pub user_id: UserId,
    /// Kind of the link.
    pub kind: StartKind,
    /// Start parameter, as Telegram sent it.
    pub parameter: String,
    /// Time of the first use.
    pub at: Time,
}

/// Kind of a start parameter, by its prefix: `ref_` is a referral, `connect_` a request to connect, `quest_` a quest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = StartParameterKind)]
pub enum StartKind {
    /// `ref_…`: an invitation by a user.
    Referral,
    /// `connect_…`: a request to connect with a user.
    Connect,
    /// `quest_…`: a quest.
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
    /// The kind of a parameter, by its prefix.
    pub fn of(parameter: &str) -> Self {
        match parameter.split(['_', '-']).next() {
            Some("ref" | "referral") => Self::Referral,
            Some("connect") => Self::Connect,
            Some("quest") => Self::Quest,
            _ => Self::Other,
        }
    }
}
