//! Import files: from bytes to rows, each with a ticket or with problems, or to a refusal of the file.

mod cells;
mod columns;
mod csv;
mod header;
mod json;
mod quotes;
mod row;
mod table;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::import::{Format, MAX_BYTES, Problem, Refusal, RefusalReason};
use super::model::{TicketCode, TicketType};
use crate::time::Zone;
use cells::{Cells, problem};
use columns::Column;
use header::Header;
use table::{RawRow, Table};

pub use row::Row;

/// Most ticket types of a file. Each is counted, and more suggest that the column is a different one.
const MAX_TYPES: usize = 50;

/// The rows of a file, whose times are of `zone` where they have no offset.
pub fn read(format: Format, bytes: &[u8], zone: &Zone) -> Result<Vec<Row>, Refusal> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(Refusal::new(RefusalReason::TooLarge, "The file is larger than 20 MB. Split it."));
    }
    let text = text(bytes)
        .ok_or_else(|| Refusal::new(RefusalReason::NotText, "The file is not UTF-8 text. Save it as UTF-8."))?;
    let table = match format {
        Format::Csv => csv::table(&text)?,
        Format::Json => json::table(&text)?,
    };
    let mut rows = rows(table, zone)?;
    if rows.is_empty() {
        return Err(Refusal::new(RefusalReason::NoRows, "The file has no rows. Add at least one."));
    }
    refuse_repeated_codes(&mut rows);
    let types: BTreeSet<&TicketType> =
        rows.iter().filter_map(|row| row.ticket.as_ref().ok()).map(|ticket| &ticket.ticket_type).collect();
    if types.len() > MAX_TYPES {
        let message = format!("The file has more than {MAX_TYPES} ticket types. Check the column `ticket_type`.");
        return Err(Refusal::new(RefusalReason::TooManyTypes, message));
    }
    Ok(rows)
}

/// The text of a file in UTF-8, or in UTF-16 with its mark, which spreadsheets call Unicode. What is in neither is refused:
/// a guess would write wrong names.
fn text(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes)?),
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(str::from_utf8(rest).ok()?),
        bytes => Cow::Borrowed(str::from_utf8(bytes).ok()?),
    };
    (!text.contains('\0')).then_some(text)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    rest.is_empty().then(|| String::from_utf16(&units).ok())?
}

fn rows(table: Table, zone: &Zone) -> Result<Vec<Row>, Refusal> {
    if table.rows.is_empty() && table.names.is_empty() {
        return Ok(Vec::new());
    }
    let header = Header::choose(&table)?;
    let row = |(number, mut raw): (u32, RawRow)| {
        let mut problems = std::mem::take(&mut raw.problems);
        for column in Column::ALL {
            let places = header.places(column);
            let unreadable = raw.unreadable.iter().find(|(place, _)| places.contains(place));
            problems.extend(unreadable.map(|(_, message)| problem(column, message)));
        }
        Cells::of(&raw, &header).row(number, zone, problems)
    };
    Ok((1u32..).zip(table.rows).map(row).collect())
}

/// Of rows with one code, the first counts, so that the result does not depend on the order of the import.
fn refuse_repeated_codes(rows: &mut [Row]) {
    let mut first: HashMap<TicketCode, u32> = HashMap::new();
    for row in rows {
        let Some(code) = row.code.clone() else { continue };
        let number = *first.entry(code).or_insert(row.number);
        if number != row.number {
            let problem =
                Problem { column: Some("code".to_owned()), message: format!("is already the code of row {number}") };
            row.ticket = Err(vec![problem]);
        }
    }
}

#[cfg(test)]
mod tests;
