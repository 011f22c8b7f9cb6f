//! The cells of a row: from texts to a ticket, or to problems.

use std::str::FromStr;

use super::super::import::Problem;
use super::super::model::Approval;
use super::super::source::TicketData;
use super::columns::Column;
use super::header::Header;
use super::row::Row;
use super::table::RawRow;
use super::words::{approval, blocked, state, time};
use crate::time::Zone;

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
