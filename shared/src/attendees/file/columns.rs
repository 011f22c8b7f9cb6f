//! The columns of a file, by the names that ticketing systems use.

use super::super::import::{Refusal, RefusalReason};
use super::cells;
use super::table::Table;

/// Meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    Code,
    Name,
    TicketType,
    Email,
    State,
    Approval,
    Blocked,
    ValidFrom,
    ValidUntil,
    Order,
    UpdatedAt,
}

use Column::{Approval, Blocked, Code, Email, Name, Order, State, TicketType, UpdatedAt, ValidFrom, ValidUntil};

/// Columns and their names, the likeliest first. Names of the attendee and names that may be the buyer's are apart: where
/// a file has the former, the latter say nothing of the ticket holder.
const NAMES: [(Column, &[&[&str]]); 11] = [
    (Code, &[&["code", "ticketcode", "secret", "ticketsecret", "barcode", "ticketkey"]]),
    (Name, &[&["attendeename", "guestname", "participantname"], &["name", "fullname"]]),
    (TicketType, &[&["tickettype", "type", "product", "item", "tickettypename", "ticketname", "category"]]),
    (Email, &[&["attendeeemail", "guestemail", "participantemail"], &["email", "emailaddress", "mail"]]),
    (State, &[&["ticketstate", "ticketstatus", "status", "orderstatus", "paymentstatus", "state"]]),
    (Approval, &[&["approval", "approvalstatus"]]),
    (Blocked, &[&["blocked"]]),
    (ValidFrom, &[&["validfrom"]]),
    (ValidUntil, &[&["validuntil", "validto"]]),
    (Order, &[&["order", "ordercode", "orderid"]]),
    (UpdatedAt, &[&["updatedat", "lastmodified", "modified"]]),
];

impl Column {
    /// How many there are.
    pub(super) const COUNT: usize = NAMES.len();
    /// All of them.
    pub(super) const ALL: [Self; Self::COUNT] =
        [Code, Name, TicketType, Email, State, Approval, Blocked, ValidFrom, ValidUntil, Order, UpdatedAt];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Code => "code",
            Name => "name",
            TicketType => "ticket_type",
            Email => "email",
            State => "state",
            Approval => "approval",
            Blocked => "blocked",
            ValidFrom => "valid_from",
            ValidUntil => "valid_until",
            Order => "order",
            UpdatedAt => "updated_at",
        }
    }

    const REQUIRED: [Self; 3] = [Code, Name, TicketType];
}

/// A name without case, spaces and punctuation, which differ between systems.
fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Number of columns with one of these names that are known.
pub(super) fn known<'a>(names: impl IntoIterator<Item = &'a str>) -> usize {
    let names: Vec<String> = names.into_iter().map(bare).collect();
    let is_there =
        |aliases: &[&[&str]]| aliases.iter().copied().flatten().any(|alias| names.iter().any(|name| name == alias));
    NAMES.iter().filter(|(_, aliases)| is_there(aliases)).count()
}

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
            let fits = |group: &&Vec<(usize, Fit)>| group.first().is_some_and(|(_, fit)| *fit > Fit::None);
            let there = |group: &&Vec<(usize, Fit)>| !group.is_empty();
            let Some(chosen) = groups.iter().find(fits).or_else(|| groups.iter().find(there)) else { continue };
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
            let differ = |row: &super::table::RawRow| {
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
        fitting += usize::from(cells::fits(column, text));
    }
    match fitting {
        0 => Fit::None,
        _ if fitting == all => Fit::All,
        _ => Fit::Some,
    }
}
