//! Import files: from bytes to rows, each with a ticket or with problems, or to a refusal of the file.

mod cells;
mod columns;
mod csv;
mod json;
mod row;

use std::collections::{BTreeSet, HashMap};

use super::import::{Format, MAX_BYTES, Problem, Refusal, RefusalReason};
use super::model::{TicketCode, TicketType};

pub use row::Row;

/// Most ticket types of a file. Each is counted, and more suggest that the column is a different one.
const MAX_TYPES: usize = 50;

/// The rows of a file.
pub fn read(format: Format, bytes: &[u8]) -> Result<Vec<Row>, Refusal> {
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_BYTES) {
        return Err(Refusal::new(RefusalReason::TooLarge, "The file is larger than 20 MB. Split it."));
    }
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok();
    let text = text.filter(|text| !text.contains('\0'));
    let text =
        text.ok_or_else(|| Refusal::new(RefusalReason::NotText, "The file is not UTF-8 text. Save it as UTF-8."))?;
    let mut rows = match format {
        Format::Csv => csv::rows(text)?,
        Format::Json => json::rows(text)?,
    };
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
