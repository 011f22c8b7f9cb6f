//! The columns of a file, by the names that ticketing systems use.

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
pub(super) const NAMES: [(Column, &[&[&str]]); 11] = [
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

    pub(super) const REQUIRED: [Self; 3] = [Code, Name, TicketType];
}

/// A name without case, spaces and punctuation, which differ between systems.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Number of columns with one of these names that are known.
pub(super) fn known<'a>(names: impl IntoIterator<Item = &'a str>) -> usize {
    let names: Vec<String> = names.into_iter().map(bare).collect();
    let is_there =
        |aliases: &[&[&str]]| aliases.iter().copied().flatten().any(|alias| names.iter().any(|name| name == alias));
    NAMES.iter().filter(|(_, aliases)| is_there(aliases)).count()
}
