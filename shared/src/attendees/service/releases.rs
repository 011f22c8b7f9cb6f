//! Which claims a change of tickets ends, and who is told.

use std::collections::BTreeSet;

use crate::attendees::error::AttendeeError;
use crate::attendees::release::{Cause, Released, doubtful, release};
use crate::attendees::repository::Change;
use crate::users::contact::EmailAddress;
use crate::users::service::UserService;

/// The claims of tickets whose new address is another person's. Users of their own new address keep their tickets.
/// So does the holder of a ticket that had no address, unless another user has proved the new one, or the ticket
/// is `transferred`.
pub(super) async fn lost_claims(
    users: &UserService,
    changes: &[Change],
    transferred: bool,
) -> Result<Vec<Released>, AttendeeError> {
    let doubtful: Vec<_> =
        changes.iter().filter_map(|change| Some((change, doubtful(change.before.as_ref(), &change.after)?))).collect();
    let spellings = doubtful.iter().flat_map(|(_, (address, _))| [(*address).clone(), address.mailbox()]);
    let addresses: BTreeSet<EmailAddress> = spellings.collect();
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let owners = users.proved_by(&addresses).await?;
    let lost = |(change, (address, holder)): (&Change, (&EmailAddress, _))| {
        let owner = owners.get(address).or_else(|| owners.get(&address.mailbox())).copied();
        let had_none = change.before.as_ref().is_some_and(|before| before.email.is_none());
        let keeps = owner == Some(holder) || (owner.is_none() && had_none && !transferred);
        (!keeps).then(|| Released::new(&change.after, Cause::OtherAddress, holder, owner))
    };
    Ok(doubtful.into_iter().filter_map(lost).collect())
}

/// Ends these claims in the changes.
pub(super) fn end_claims(changes: &mut [Change], released: &[Released]) {
    for change in changes {
        if released.iter().any(|one| one.code == change.after.code) {
            release(&mut change.after);
        }
    }
}
