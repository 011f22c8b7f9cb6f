//! A row of an import file.

use crate::attendees::import::Problem;
use crate::attendees::model::TicketCode;
use crate::attendees::source::TicketData;
use crate::time::Time;

/// A row, with a ticket or with problems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number of the row, from 1. The header does not count.
    pub number: u32,
    /// `None` if the row has no valid code.
    pub code: Option<TicketCode>,
    /// The ticket, or the problems of the row.
    pub ticket: Result<TicketData, Vec<Problem>>,
    /// Time of the last change in the ticketing system, if the file has it.
    pub updated_at: Option<Time>,
}
