//! Confirmations: a user enters the code that the bot sent to their private chat, which proves that they hold the
//! Telegram account now.

use serde::{Deserialize, Serialize};

use super::model::Credential;
use crate::id::UserId;
use crate::time::Time;

crate::id!(
    /// A confirmation.
    ConfirmationId,
    "cnf"
);

/// Age up to which init data proves by itself that the user holds the Telegram account, in seconds.
pub const FRESH_SECONDS: i64 = 900;

/// A user's confirmation; a new one replaces it. It ends when its code would have expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Id, from which the code is derived.
    pub id: ConfirmationId,
    /// The user.
    pub user_id: UserId,
    /// Attempts so far.
    pub tries: u32,
    /// Time of the request.
    pub created_at: Time,
    /// The credential for which the right code was entered.
    pub confirmed: Option<String>,
}

impl Credential {
    /// A name for the credential: a confirmation counts for the one with which the code was entered.
    pub fn name(&self) -> String {
        match self {
            Self::Session(session) => session.to_string(),
            Self::InitData { fingerprint, .. } => format!("init-data:{fingerprint}"),
        }
    }
}
