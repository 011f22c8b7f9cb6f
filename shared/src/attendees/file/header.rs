//! Which columns of a file mean what.

use super::columns::{Column, NAMES, bare};
use super::table::{RawRow, Table};
use super::words::fits;
use crate::attendees::import::{Refusal, RefusalReason};

/// How well the texts of a column fit its meaning, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// The column has no text, or none that fits.
    None,
    Some,
    All,
}

/// Places of the columns of a table. A column may have several: where the first has no text in a row, the next counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header([Vec<usize>; Column::COUNT]);

impl Header {
    /// Chooses among columns that could mean the same: the one whose texts fit, then the likeliest name.
    pub(super) fn choose(table: &Table) -> Result<Self, Refusal> {
        let names: Vec<String> = table.names.iter().map(|name| bare(name)).collect();
        let mut header = Self::default();
        for (column, groups) in NAMES {
            let groups: Vec<_> = groups.iter().map(|group| candidates(table, &names, column, group)).collect();
            let has_text = |group: &&Vec<(usize, Fit)>| group.first().is_some_and(|(_, fit)| *fit > Fit::None);
            let there = |group: &&Vec<(usize, Fit)>| !group.is_empty();
            let Some(chosen) = groups.iter().find(has_text).or_else(|| groups.iter().find(there)) else { continue };
            let best = chosen.first().map_or(Fit::None, |(_, fit)| *fit);
            // A column that does not fit is another thing of the same name, such as the state of an address.
            let places =
                chosen.iter().filter(|(_, fit)| *fit > Fit::None || best == Fit::None).map(|(place, _)| *place);
            header.0[column as usize] = places.collect();
            header.refuse_twice(table, &names, column)?;
        }
        let missing: Vec<String> = Column::REQUIRED
            .into_iter()
            .filter(|column| header.places(*column).is_empty())
            .map(|column| format!("`{}`", column.name()))
            .collect();
        if missing.is_empty() {
            return Ok(header);
        }
        let message = format!("The file lacks these columns: {}. Add them.", missing.join(", "));
        Err(Refusal::new(RefusalReason::Columns, message))
    }

    pub(super) fn places(&self, column: Column) -> &[usize] {
        &self.0[column as usize]
    }

    /// Two columns of one name that contradict each other are an error.
    fn refuse_twice(&self, table: &Table, names: &[String], column: Column) -> Result<(), Refusal> {
        let places = self.places(column);
        let Some(first) = places.first() else { return Ok(()) };
        let same = |place: &&usize| names.get(**place) == names.get(*first);
        for other in places.iter().skip(1).filter(same) {
            let differ = |row: &RawRow| {
                let (one, two) = (row.text(*first), row.text(*other));
                !one.is_empty() && !two.is_empty() && one != two
            };
            if table.rows.iter().any(differ) {
                let message = format!("The column `{}` is in the file twice. Remove one.", column.name());
                return Err(Refusal::new(RefusalReason::Columns, message));
            }
        }
        Ok(())
    }
}

/// The places of a group's names, the best first.
fn candidates(table: &Table, names: &[String], column: Column, group: &[&str]) -> Vec<(usize, Fit)> {
    let places = group.iter().flat_map(|alias| {
        let is_alias = move |(_, name): &(usize, &String)| name == alias;
        names.iter().enumerate().filter(is_alias).map(|(place, _)| place)
    });
    let mut found: Vec<(usize, Fit)> = places.map(|place| (place, fit(table, column, place))).collect();
    // The sort is stable, so the likeliest name stays first among equals.
    found.sort_by_key(|(_, fit)| std::cmp::Reverse(*fit));
    found
}

fn fit(table: &Table, column: Column, place: usize) -> Fit {
    let texts = table.rows.iter().map(|row| row.text(place)).filter(|text| !text.is_empty());
    let (mut fitting, mut all) = (0usize, 0usize);
    for text in texts {
        all += 1;
        fitting += usize::from(fits(column, text));
    }
    match fitting {
        0 => Fit::None,
        _ if fitting == all => Fit::All,
        _ => Fit::Some,
    }
}
