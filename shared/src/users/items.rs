//! How users are stored: their keys, their indexes, and the marker of what belongs to one user only.

use serde::{Deserialize, Serialize};

use super::keys;
use super::listing::Listing;
use super::mailbox::Suppression;
use super::member::{Member, shard};
use super::model::{Claim, User};
use super::standing::Standing;
use super::start::Start;
use super::verification::EmailVerification;
use crate::dynamo::{Entity, Key};
use crate::id::UserId;
use crate::one_time_code::VALID_FOR;

/// Export: `user`.
///
/// Erasure: `users` deletes the user's partition.
impl Entity for User {
    const NAME: &'static str = "user";

    fn key(&self) -> Key {
        keys::profile(self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let erasure = |after| vec![("gsi1pk", keys::ERASURES.to_owned()), ("gsi1sk", keys::erasure(self.id, after))];
        self.erase_after.map(erasure).unwrap_or_default()
    }
}

/// Export: `starts`.
///
/// Erasure: `users` deletes the user's partition.
impl Entity for Start {
    const NAME: &'static str = "start";

    fn key(&self) -> Key {
        keys::start(self.user_id, &self.parameter)
    }
}

/// The marker item of a claim.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Owner {
    pub(super) claim: Claim,
    pub(super) user_id: UserId,
    /// On Telegram claims: they are what authentication reads.
    #[serde(default)]
    pub(super) standing: Standing,
}

/// Export: none, because it is made of the profile, which is exported.
///
/// Erasure: `users` deletes the claims of the profile.
impl Entity for Owner {
    const NAME: &'static str = "claim";

    fn key(&self) -> Key {
        keys::claim(&self.claim)
    }
}

/// Export: none, because it is made of the profile, which is exported.
///
/// Erasure: `users` deletes the user's partition.
impl Entity for Listing {
    const NAME: &'static str = "listing";

    fn key(&self) -> Key {
        keys::listing(self.user_id, &self.facet)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::list(&self.facet)), ("gsi1sk", self.sort.clone())]
    }
}

/// Export: none, because it is made of the profile, which is exported.
///
/// Erasure: `users` deletes the user's partition.
impl Entity for Member {
    const NAME: &'static str = "member";

    fn key(&self) -> Key {
        keys::member(self.user_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::members(shard(self.user_id))), ("gsi1sk", self.user_id.to_string())]
    }
}

/// Export: `pending_email`.
///
/// Erasure: `users` deletes the user's partition.
impl Entity for EmailVerification {
    const NAME: &'static str = "email_verification";

    fn key(&self) -> Key {
        keys::verification(self.user_id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.created_at.plus_seconds(VALID_FOR).seconds())
    }
}

impl Entity for Suppression {
    const NAME: &'static str = "mail_suppression";

    fn key(&self) -> Key {
        keys::suppression(&self.address)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.until.seconds())
    }
}
