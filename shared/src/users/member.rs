//! Everybody who can be notified: what an audience is chosen by and a message is addressed with, without reading profiles.
//!
//! Members are not the directory: private users are members too, and nobody but our own workers reads them.

use serde::{Deserialize, Serialize};

use super::model::{Facet, User};
use crate::id::UserId;

/// Lists that members are spread over, so that no partition of the index gets hot and several can be read at once.
pub const SHARDS: u8 = 8;

/// The list that a member is in: by the last character of the id, which is random.
pub fn shard(user: UserId) -> u8 {
    user.to_string().bytes().next_back().unwrap_or_default() % SHARDS
}

/// What an audience needs to know of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub user_id: UserId,
    /// To be addressed by.
    pub first_name: String,
    /// The language of the user's Telegram.
    pub language_code: Option<String>,
    /// Roles, ecosystems and topics, as their facets are written.
    pub facets: Vec<String>,
}

impl Member {
    /// What of the item is read when members are listed.
    pub(super) const ATTRIBUTES: &'static str = "pk, entity, v, user_id, first_name, language_code, facets";

    /// The member entry of a user; none for those who asked to be erased.
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

    /// Whether the user is of a role, an ecosystem or a topic.
    pub fn is(&self, facet: &Facet) -> bool {
        let written = facet.to_string();
        self.facets.contains(&written)
    }

    /// Whose place in the lists is that of `user_id`, for going on after it.
    pub(super) fn placeholder(user_id: UserId) -> Self {
        Self { user_id, first_name: String::new(), language_code: None, facets: Vec::new() }
    }
}
