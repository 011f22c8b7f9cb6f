//! The words and times that ticketing systems write into cells.

use jiff::civil::DateTime;

use super::columns::Column;
use crate::attendees::model::{Approval, TicketCode, TicketState};
use crate::time::{Time, Zone};
use crate::users::contact::EmailAddress;

/// Whether a text could be one of the column.
pub(super) fn fits(column: Column, text: &str) -> bool {
    match column {
        Column::Code => text.parse::<TicketCode>().is_ok(),
        Column::Email => text.parse::<EmailAddress>().is_ok(),
        Column::State => state(text).is_ok(),
        Column::Approval => approval(text).is_ok(),
        Column::Blocked => blocked(text).is_ok(),
        Column::ValidFrom | Column::ValidUntil | Column::UpdatedAt => time(text, &Zone::utc()).is_ok(),
        Column::Name | Column::TicketType | Column::Order => true,
    }
}

/// Words and letters that ticketing systems use for states. They may say more in brackets: `Pending (overdue)`.
pub(super) fn state(text: &str) -> Result<TicketState, &'static str> {
    match word(text).as_str() {
        "paid" | "p" | "complete" | "completed" | "confirmed" | "free" => Ok(TicketState::Paid),
        "unpaid" | "pending" | "n" | "approval pending" | "confirmation pending" => Ok(TicketState::Unpaid),
        "cancelled" | "canceled" | "c" | "refunded" | "expired" | "e" => Ok(TicketState::Cancelled),
        _ => Err("must be `paid`, `unpaid` or `cancelled`"),
    }
}

pub(super) fn approval(text: &str) -> Result<Approval, &'static str> {
    match word(text).as_str() {
        "approved" | "yes" | "true" => Ok(Approval::Approved),
        "unapproved" | "pending" | "pending_approval" | "waitlist" | "declined" | "no" | "false" => {
            Ok(Approval::Unapproved)
        }
        _ => Err("must be `approved` or `unapproved`"),
    }
}

pub(super) fn blocked(text: &str) -> Result<Approval, &'static str> {
    match word(text).as_str() {
        "yes" | "true" | "blocked" | "1" | "x" => Ok(Approval::Unapproved),
        "no" | "false" | "0" => Ok(Approval::Approved),
        _ => Err("must be `yes` or `no`"),
    }
}

fn word(text: &str) -> String {
    text.split('(').next().unwrap_or_default().trim().to_lowercase()
}

/// Patterns of local times that can be read in one way only. `12/01/2026` is in December, or in January.
const LOCAL: [&str; 6] = [
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
];

/// A time with its offset, or one that clocks in `zone` show.
pub(super) fn time(text: &str, zone: &Zone) -> Result<Time, &'static str> {
    let exact = text.parse::<Time>().ok();
    let local = || LOCAL.iter().find_map(|pattern| zone.instant(DateTime::strptime(pattern, text).ok()?));
    exact.or_else(local).ok_or("must be a time such as 2026-12-01T09:00:00+05:30 or 2026-12-01 09:00")
}
