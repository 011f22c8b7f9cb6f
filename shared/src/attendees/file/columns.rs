//! The columns of a file, by the names that ticketing systems use.

use super::super::import::{Refusal, RefusalReason};

/// Meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    Code,
    Name,
    TicketType,
    Email,
    State,
    Approval,
    ValidFrom,
    ValidUntil,
    Order,
    UpdatedAt,
}

use Column::{Approval, Code, Email, Name, Order, State, TicketType, UpdatedAt, ValidFrom, ValidUntil};

/// Columns and their names, the likeliest first. If several columns of a file match, the earlier name counts.
const NAMES: [(Column, &[&str]); 10] = [
    (Code, &["code", "ticketcode", "secret", "ticketsecret", "barcode", "ticketkey"]),
    (Name, &["name", "attendeename", "fullname", "guestname"]),
    (TicketType, &["tickettype", "type", "product", "item", "tickettypename", "ticketname", "category"]),
    (Email, &["email", "attendeeemail", "emailaddress", "mail"]),
    (State, &["state", "status", "orderstatus", "paymentstatus"]),
    (Approval, &["approval", "approvalstatus"]),
    (ValidFrom, &["validfrom"]),
    (ValidUntil, &["validuntil", "validto"]),
    (Order, &["order", "ordercode", "orderid"]),
    (UpdatedAt, &["updatedat", "lastmodified", "modified"]),
];

impl Column {
    /// How many there are.
    pub(super) const COUNT: usize = NAMES.len();
    /// All of them.
    pub(super) const ALL: [Self; Self::COUNT] =
        [Code, Name, TicketType, Email, State, Approval, ValidFrom, ValidUntil, Order, UpdatedAt];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Code => "code",
            Name => "name",
            TicketType => "ticket_type",
            Email => "email",
            State => "state",
            Approval => "approval",
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

/// Position of each known column among the names of a file. Other columns are ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Header([Option<usize>; Column::COUNT]);

impl Header {
    /// Reads names. A known column that is there twice is an error.
    pub(super) fn read<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, Refusal> {
        let names: Vec<String> = names.into_iter().map(bare).collect();
        let mut header = Self::default();
        for (column, aliases) in NAMES {
            let Some(name) = aliases.iter().find(|alias| names.iter().any(|name| name == *alias)) else { continue };
            let mut places = names.iter().enumerate().filter(|(_, other)| other == name).map(|(place, _)| place);
            header.0[column as usize] = places.next();
            if places.next().is_some() {
                let message = format!("The column `{}` is in the file twice. Remove one.", column.name());
                return Err(Refusal::new(RefusalReason::Columns, message));
            }
        }
        Ok(header)
    }

    pub(super) const fn place(&self, column: Column) -> Option<usize> {
        self.0[column as usize]
    }

    /// Number of known columns.
    pub(super) fn known(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// An error if a required column is missing.
    pub(super) fn complete(self) -> Result<Self, Refusal> {
        let missing: Vec<String> = Column::REQUIRED
            .into_iter()
            .filter(|column| self.place(*column).is_none())
            .map(|column| format!("`{}`", column.name()))
            .collect();
        if missing.is_empty() {
            return Ok(self);
        }
        Err(Refusal::new(
            RefusalReason::Columns,
            format!("The file lacks these columns: {}. Add them.", missing.join(", ")),
        ))
    }
}
