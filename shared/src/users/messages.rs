//! The messages of the `email` queue: tagged and versioned, of ids.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::users::verification::VerificationId;

/// A message of the queue `email`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum EmailMessage {
    /// Mail the code of this verification.
    EmailVerification {
        /// The version of the message.
        v: u32,
        /// Whose verification it is.
        user_id: UserId,
        /// Which one; a later one makes this message void.
        verification_id: VerificationId,
    },
}
