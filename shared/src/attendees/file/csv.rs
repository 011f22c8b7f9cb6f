//! CSV as ticketing systems and spreadsheets write it (RFC 4180 and its relatives): commas, semicolons or tabs, quotes,
//! line breaks in quotes, columns in any order.

use csv::{ReaderBuilder, StringRecord};

use super::columns::known;
use super::quotes::Quotes;
use super::table::{RawRow, Table, clean};
use crate::attendees::import::{Refusal, RefusalReason};

/// What may separate cells.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The rows after the header. Blank rows are skipped.
pub(super) fn table(text: &str) -> Result<Table, Refusal> {
    let text = after_hint(text);
    let separator = separator(text)?;
    let malformed = |why: String| Refusal::new(RefusalReason::Malformed, format!("The file is not valid CSV: {why}."));
    let quotes = Quotes::read(text, separator).map_err(|open| {
        // Whatever follows is part of one cell to a reader, and so would be lost.
        malformed(format!("the quote that opens in line {open} is never closed"))
    })?;
    let (mut table, mut reader, mut record) = (Table::default(), reader(text, separator), StringRecord::new());
    let mut width = None;
    while reader.read_record(&mut record).map_err(|error| malformed(error.to_string()))? {
        let Some(width) = width else {
            width = Some(record.len());
            table.names = record.iter().map(str::to_owned).collect();
            continue;
        };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let mut row = RawRow { cells: record.iter().map(|cell| Some(clean(cell))).collect(), ..RawRow::default() };
        // A short row says nothing in the columns that it lacks.
        row.cells.resize(row.cells.len().max(width), Some(String::new()));
        if row.cells.iter().skip(width).flatten().any(|cell| !cell.is_empty()) {
            row.problem(format!("has {} cells, but the header has {width}. Check the quotes.", record.len()));
        }
        let start = record.position().map_or(0, csv::Position::byte);
        if quotes.torn_in(start..reader.position().byte()) {
            row.problem("has text or a blank beside a quote. Check the quotes.");
        }
        table.push(row)?;
    }
    Ok(table)
}

/// Spreadsheets may name the separator in a first line such as `sep=;`. The header shows it, too.
fn after_hint(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.trim_matches(['"', '\r']).to_lowercase().starts_with("sep=") => rest,
        _ => text,
    }
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// The separator with which the first line has the most known columns.
fn separator(text: &str) -> Result<u8, Refusal> {
    let mut best: Option<(u8, usize)> = None;
    for separator in SEPARATORS {
        let mut names = StringRecord::new();
        if !reader(text, separator).read_record(&mut names).unwrap_or(false) {
            continue;
        }
        let known = known(&names);
        if best.is_none_or(|(_, other)| known > other) {
            best = Some((separator, known));
        }
    }
    best.map(|(separator, _)| separator)
        .ok_or_else(|| Refusal::new(RefusalReason::NoRows, "The file is empty. Add a header and rows."))
}
