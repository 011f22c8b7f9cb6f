//! A file as a table: names of columns, and rows of texts. What the columns mean is not known yet.

use crate::attendees::import::{MAX_ROWS, Problem, Refusal, RefusalReason};
use crate::text::without_hidden;

/// Names and rows of a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) names: Vec<String>,
    pub(super) rows: Vec<RawRow>,
}

/// The texts of a row, and the problems that were found while it was read.
#[derive(Clone, Debug, Default)]
pub(super) struct RawRow {
    /// By place. `None`: the row says nothing of the column.
    pub(super) cells: Vec<Option<String>>,
    pub(super) problems: Vec<Problem>,
    /// Places with something that is no text, and what it must be. It matters where the column does.
    pub(super) unreadable: Vec<(usize, &'static str)>,
}

impl Table {
    /// Adds a row, unless there are too many.
    pub(super) fn push(&mut self, row: RawRow) -> Result<(), Refusal> {
        if self.rows.len() == MAX_ROWS {
            let message = format!("The file has more than {MAX_ROWS} rows. Split it.");
            return Err(Refusal::new(RefusalReason::TooLarge, message));
        }
        self.rows.push(row);
        Ok(())
    }
}

impl RawRow {
    /// The text at a place. Empty if there is none.
    pub(super) fn text(&self, place: usize) -> &str {
        self.cells.get(place).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Whether the row says something of the column, be it that there is no text.
    pub(super) fn has(&self, place: usize) -> bool {
        self.cells.get(place).is_some_and(Option::is_some)
    }

    pub(super) fn problem(&mut self, message: impl Into<String>) {
        self.problems.push(Problem { column: None, message: message.into() });
    }
}

/// A text on one line, without blanks at its ends and hidden characters: spreadsheets have line breaks and tabs in
/// names,
/// and buyers typed what else is in them.
pub(super) fn clean(text: &str) -> String {
    let text = without_hidden(text);
    let is_break = |c: char| matches!(c, '\r' | '\n' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if text.contains(is_break) {
        text.split(is_break).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        text.trim().to_owned()
    }
}
