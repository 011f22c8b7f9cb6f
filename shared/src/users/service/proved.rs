//! Who has proved which email address, for domains in which a proof decides.

use std::collections::{BTreeMap, BTreeSet};

use super::UserService;
use crate::dynamo::{self, Transaction};
use crate::id::UserId;
use crate::users::contact::EmailAddress;

impl UserService {
    /// The users who proved these addresses.
    pub async fn proved_by(
        &self,
        addresses: &BTreeSet<EmailAddress>,
    ) -> Result<BTreeMap<EmailAddress, UserId>, dynamo::Error> {
        self.repository.proved_by(addresses).await
    }

    /// Lets a transaction happen only if nobody but this user has proved the address.
    pub fn unless_proved_by_others<E: From<dynamo::Error>>(
        &self,
        transaction: &mut Transaction<E>,
        address: &EmailAddress,
        user: UserId,
        otherwise: E,
    ) {
        self.repository.unless_proved_by_others(transaction, address, user, otherwise);
    }
}
