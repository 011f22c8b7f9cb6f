//! The cells of a row: from texts to a ticket, or to problems.

use std::str::FromStr;

use jiff::civil::DateTime;

use super::super::import::Problem;
use super::super::model::{Approval, TicketCode, TicketState};
use super::super::source::TicketData;
use super::columns::{Column, Header};
use super::row::Row;
use super::table::RawRow;
use crate::time::{Time, Zone};
use crate::users::contact::EmailAddress;

/// Texts of a row by column. `None`: the row says nothing of the column.
#[derive(Clone, Debug)]
pub(super) struct Cells<'a>([Option<&'a str>; Column::COUNT]);

impl<'a> Cells<'a> {
    /// The texts that count: of a column with several places, the first text.
    pub(super) fn of(row: &'a RawRow, header: &Header) -> Self {
        Self(Column::ALL.map(|column| {
            let places = header.places(column);
            let text = places.iter().map(|place| row.text(*place)).find(|text| !text.is_empty());
            text.or_else(|| places.iter().any(|place| row.has(*place)).then_some(""))
        }))
    }

    /// The row of this number. `problems` were found before.
    pub(super) fn row(&self, number: u32, zone: &Zone, mut problems: Vec<Problem>) -> Row {
        let time = |text: &str| time(text, zone);
        let code = self.required(Column::Code, &mut problems);
        let name = self.required(Column::Name, &mut problems);
        let ticket_type = self.required(Column::TicketType, &mut problems);
        let email = self.optional(Column::Email, &mut problems, str::parse);
        let state = self.optional(Column::State, &mut problems, state).flatten();
        let approval = self.optional(Column::Approval, &mut problems, approval).flatten();
        let blocked = self.optional(Column::Blocked, &mut problems, blocked).flatten();
        // Who is blocked there is let in by nobody here, whatever else the row says.
        let approval = if blocked == Some(Approval::Unapproved) { blocked } else { approval.or(blocked) };
        let valid_from = self.optional(Column::ValidFrom, &mut problems, time);
        let valid_until = self.optional(Column::ValidUntil, &mut problems, time);
        let order = self.optional(Column::Order, &mut problems, str::parse);
        let updated_at = self.optional(Column::UpdatedAt, &mut problems, time).flatten();
        if let (Some(Some(from)), Some(Some(until))) = (valid_from, valid_until)
            && until <= from
        {
            problems.push(problem(Column::ValidUntil, "must be after `valid_from`"));
        }
        let ticket = match (code.clone(), name, ticket_type) {
            (Some(code), Some(name), Some(ticket_type)) if problems.is_empty() => {
                Ok(TicketData { code, name, ticket_type, email, state, approval, valid_from, valid_until, order })
            }
            _ => Err(problems),
        };
        Row { number, code, ticket, updated_at }
    }

    fn required<T: FromStr<Err: ToString>>(&self, column: Column, problems: &mut Vec<Problem>) -> Option<T> {
        let text = self.0[column as usize].unwrap_or_default();
        if text.is_empty() {
            problems.push(problem(column, "must not be empty"));
            return None;
        }
        parsed(column, problems, text.parse())
    }

    /// `None` without the column; `Some(None)` for an empty cell.
    fn optional<T, E: ToString>(
        &self,
        column: Column,
        problems: &mut Vec<Problem>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        let text = self.0[column as usize]?;
        if text.is_empty() {
            return Some(None);
        }
        parsed(column, problems, parse(text)).map(Some)
    }
}

fn parsed<T, E: ToString>(column: Column, problems: &mut Vec<Problem>, parsed: Result<T, E>) -> Option<T> {
    parsed.map_err(|error| problems.push(problem(column, error))).ok()
}

pub(super) fn problem(column: Column, message: impl ToString) -> Problem {
    Problem { column: Some(column.name().to_owned()), message: message.to_string() }
}

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
fn state(text: &str) -> Result<TicketState, &'static str> {
    match word(text).as_str() {
        "paid" | "p" | "complete" | "completed" | "confirmed" | "free" => Ok(TicketState::Paid),
        "unpaid" | "pending" | "n" | "approval pending" | "confirmation pending" => Ok(TicketState::Unpaid),
        "cancelled" | "canceled" | "c" | "refunded" | "expired" | "e" => Ok(TicketState::Cancelled),
        _ => Err("must be `paid`, `unpaid` or `cancelled`"),
    }
}

fn approval(text: &str) -> Result<Approval, &'static str> {
    match word(text).as_str() {
        "approved" | "yes" | "true" => Ok(Approval::Approved),
        "unapproved" | "pending" | "pending_approval" | "waitlist" | "declined" | "no" | "false" => {
            Ok(Approval::Unapproved)
        }
        _ => Err("must be `approved` or `unapproved`"),
    }
}

fn blocked(text: &str) -> Result<Approval, &'static str> {
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
fn time(text: &str, zone: &Zone) -> Result<Time, &'static str> {
    let exact = text.parse::<Time>().ok();
    let local = || LOCAL.iter().find_map(|pattern| zone.instant(DateTime::strptime(pattern, text).ok()?));
    exact.or_else(local).ok_or("must be a time such as 2026-12-01T09:00:00+05:30 or 2026-12-01 09:00")
}
