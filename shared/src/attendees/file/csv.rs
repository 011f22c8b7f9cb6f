//! CSV as ticketing systems and spreadsheets write it (RFC 4180 and its relatives): commas, semicolons or tabs, quotes,
//! line breaks in quotes, columns in any order.

use csv::{ReaderBuilder, StringRecord};

use super::super::import::{MAX_ROWS, Problem, Refusal, RefusalReason};
use super::cells::Cells;
use super::columns::{Column, Header};
use super::row::{Row, too_many_rows};

/// What may separate cells.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The rows after the header. Blank rows are skipped.
pub(super) fn rows(text: &str) -> Result<Vec<Row>, Refusal> {
    let text = after_hint(text);
    let (separator, header) = header(text)?;
    let header = header.complete()?;
    let mut rows = Vec::new();
    let (mut reader, mut record, mut width) = (reader(text, separator), StringRecord::new(), None);
    let malformed =
        |error: csv::Error| Refusal::new(RefusalReason::Malformed, format!("The file is not valid CSV: {error}."));
    while reader.read_record(&mut record).map_err(malformed)? {
        let Some(width) = width else {
            width = Some(record.len());
            continue;
        };
        let mut cells = Cells::default();
        for column in Column::ALL {
            if let Some(place) = header.place(column) {
                cells.put(column, record.get(place).unwrap_or_default());
            }
        }
        if cells.is_blank() && record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MAX_ROWS {
            return Err(too_many_rows());
        }
        let mut problems = Vec::new();
        if record.len() > width {
            let message = format!("has {} cells, but the header has {width}. Check the quotes.", record.len());
            problems.push(Problem { column: None, message });
        }
        rows.push(cells.row(u32::try_from(rows.len() + 1).unwrap_or(u32::MAX), problems));
    }
    Ok(rows)
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
fn header(text: &str) -> Result<(u8, Header), Refusal> {
    let mut best: Option<(u8, Header)> = None;
    for separator in SEPARATORS {
        let mut names = StringRecord::new();
        if !reader(text, separator).read_record(&mut names).unwrap_or(false) {
            continue;
        }
        let header = Header::read(&names)?;
        if best.is_none_or(|(_, other)| header.known() > other.known()) {
            best = Some((separator, header));
        }
    }
    best.ok_or_else(|| Refusal::new(RefusalReason::NoRows, "The file is empty. Add a header and rows."))
}
