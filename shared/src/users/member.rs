//! Members: the data by which an audience is selected and a message is addressed, without reading profiles.
//!
//! Members are not the directory: private users are members too, and only our workers read them.

use serde::{Deserialize, Serialize};

use super::model::{Facet, User};
use crate::id::UserId;

/// Number of lists of members: several, so that no index partition gets hot and several can be read at once.
pub const SHARDS: u8 = 8;

/// The list that a member is in: by the last character of the id, which is random.
pub fn shard(user: UserId) -> u8 {
    user.to_string().bytes().next_back().unwrap_or_default() % SHARDS
}

/// The data of a user that an audience needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The user.
    pub user_id: UserId,
    /// First name, for the salutation.
    pub first_name: String,
    /// Language of the Telegram app.
    pub language_code: Option<String>,
    /// Roles, ecosystems and topics, as their facets are written.
    pub facets: Vec<String>,
}

impl Member {
    /// What of the item is read when members are listed.
    pub(super) const ATTRIBUTES: &'static str = "pk, entity, v, user_id, first_name, language_code, facets";

    /// The member entry of a user; none if an erasure is scheduled.
    pub fn of(user: &User) -> Option<Self> {
        if user.erased || user.erase_after.is_some() {
            return None;
        }
        let roles = user.roles.iter().cloned().map(Facet::Role);
        let ecosystems = user.ecosystems.iter().cloned().map(Facet::Ecosystem);
        let topics = user.topics.iter().cloned().map(Facet::Topic);
        Some(Self {
            user_id: user.id,
            first_name: user.first_name.clone(),
            language_code: user.language_code.clone(),
            facets: roles.chain(ecosystems).chain(topics).map(|facet| facet.to_string()).collect(),
        })
    }

    /// Whether the user has a role, an ecosystem or a topic.
    pub fn is(&self, facet: &Facet) -> bool {
        let written = facet.to_string();
        self.facets.contains(&written)
    }

    /// An entry with the list position of `user_id`, to continue after it.
    pub(super) fn placeholder(user_id: UserId) -> Self {
        Self { user_id, first_name: String::new(), language_code: None, facets: Vec::new() }
    }
}
