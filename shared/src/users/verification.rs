//! Email verifications. The code is derived from the verification's id, so the `email` function can write it into the
//! mail.

use serde::{Deserialize, Serialize};

use super::contact::EmailAddress;
use crate::id::UserId;
use crate::time::Time;

crate::id!(
    /// An email verification.
    VerificationId,
    "ver"
);

/// A user's open verification; a new one replaces it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EmailVerification {
    /// Id, from which the code is derived.
    pub id: VerificationId,
    /// The user.
    pub user_id: UserId,
    /// The address to verify.
    pub email: EmailAddress,
    /// Attempts so far.
    pub tries: u32,
    /// Time of the request.
    pub created_at: Time,
}
