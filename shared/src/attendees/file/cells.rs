//! The cells of a row: from texts to a ticket, or to problems.

use std::str::FromStr;

use super::super::import::Problem;
use super::super::model::{Approval, TicketState};
use super::super::source::TicketData;
use super::columns::Column;
use super::row::Row;
use crate::time::Time;

/// Texts of a row by column. `None`: the file does not have the column.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells([Option<String>; Column::COUNT]);

impl Cells {
    /// Puts a text into a column.
    pub(super) fn put(&mut self, column: Column, text: &str) {
        self.0[column as usize] = Some(text.trim().to_owned());
    }

    /// Whether no cell has a text.
    pub(super) fn is_blank(&self) -> bool {
        self.0.iter().flatten().all(String::is_empty)
    }

    /// The row of this number. `problems` were found before.
    pub(super) fn row(&self, number: u32, mut problems: Vec<Problem>) -> Row {
        let code = self.required(Column::Code, &mut problems);
        let name = self.required(Column::Name, &mut problems);
        let ticket_type = self.required(Column::TicketType, &mut problems);
        let email = self.optional(Column::Email, &mut problems, str::parse);
        let state = self.optional(Column::State, &mut problems, state).flatten();
        let approval = self.optional(Column::Approval, &mut problems, approval).flatten();
        let valid_from = self.optional(Column::ValidFrom, &mut problems, time);
        let valid_until = self.optional(Column::ValidUntil, &mut problems, time);
        let order = self.optional(Column::Order, &mut problems, str::parse);
        let updated_at = self.optional(Column::UpdatedAt, &mut problems, time).flatten();
        let ticket = match (code.clone(), name, ticket_type) {
            (Some(code), Some(name), Some(ticket_type)) if problems.is_empty() => {
                Ok(TicketData { code, name, ticket_type, email, state, approval, valid_from, valid_until, order })
            }
            _ => Err(problems),
        };
        Row { number, code, ticket, updated_at }
    }

    fn required<T: FromStr<Err: ToString>>(&self, column: Column, problems: &mut Vec<Problem>) -> Option<T> {
        let text = self.0[column as usize].as_deref().unwrap_or_default();
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
        let text = self.0[column as usize].as_deref()?;
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

/// Words and letters that ticketing systems use for states.
fn state(text: &str) -> Result<TicketState, &'static str> {
    match text.to_lowercase().as_str() {
        "paid" | "p" | "complete" | "completed" | "confirmed" | "free" => Ok(TicketState::Paid),
        "unpaid" | "pending" | "n" => Ok(TicketState::Unpaid),
        "cancelled" | "canceled" | "c" | "refunded" | "expired" | "e" => Ok(TicketState::Cancelled),
        _ => Err("must be `paid`, `unpaid` or `cancelled`"),
    }
}

fn approval(text: &str) -> Result<Approval, &'static str> {
    match text.to_lowercase().as_str() {
        "approved" | "yes" | "true" => Ok(Approval::Approved),
        "unapproved" | "pending" | "pending_approval" | "waitlist" | "declined" | "no" | "false" => {
            Ok(Approval::Unapproved)
        }
        _ => Err("must be `approved` or `unapproved`"),
    }
}

fn time(text: &str) -> Result<Time, &'static str> {
    text.parse().map_err(|_| "must be a time such as 2026-12-01T09:00:00+05:30")
}
