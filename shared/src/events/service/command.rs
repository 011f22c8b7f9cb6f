//! Commands for registrations, and their outcomes.

use crate::audit::model::{AuditEntry, Changes};
use crate::events::access::Caller;
use crate::events::registration::Registration;
use crate::random::Random;

/// Fields whose values the audit shows.
const SHOWN: [&str; 2] = ["checked_in_at", "state"];

/// A command for a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationCommand<'a> {
    /// The user registers.
    Register,
    /// The user cancels, or leaves the waitlist.
    Cancel,
    /// The user accepts the offered seat.
    Accept,
    /// The user declines the offered seat.
    DeclineOffer,
    /// An offer has expired.
    Lapse,
    /// The host, or an admin, approves.
    Approve(&'a Caller),
    /// The host, or an admin, declines the user.
    Decline(&'a Caller),
    /// The host, or staff, checks the user in.
    CheckIn(&'a Caller),
}

impl RegistrationCommand<'_> {
    /// The caller, if it is not the user, and the action in the audit.
    pub(super) const fn by_other(&self) -> Option<(&Caller, &'static str)> {
        match self {
            Self::Approve(caller) => Some((caller, "event_registration.approve")),
            Self::Decline(caller) => Some((caller, "event_registration.decline")),
            Self::CheckIn(caller) => Some((caller, "event_registration.check_in")),
            Self::Register | Self::Cancel | Self::Accept | Self::DeclineOffer | Self::Lapse => None,
        }
    }

    /// What the audit has of a step of another's registration.
    pub(super) fn entry(
        &self,
        before: Option<&Registration>,
        after: &Registration,
        random: &Random,
    ) -> Option<AuditEntry> {
        let (caller, action) = self.by_other()?;
        let object = format!("events/{}/registrations/{}", after.event_id, after.user_id);
        let changes = Changes::between(before, Some(after), &SHOWN);
        Some(AuditEntry::new(&caller.actor, action, object, changes, after.updated_at, random))
    }
}

/// Outcome of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The registration after the command.
    pub registration: Registration,
    /// Whether the command changed it.
    pub changed: bool,
}
