//! How tickets, attendees and imports are stored: their keys, their indexes, and what is an item of its own.

use serde::{Deserialize, Serialize};

use super::import::{GroupResult, Import};
use super::keys;
use super::model::{Attendee, Ticket, TicketCode, TicketCount};
use crate::attendees::import::ImportId;
use crate::dynamo::{Entity, Key};
use crate::text::Slug;
use crate::users::contact::EmailAddress;

/// Export: `tickets`.
///
/// Erasure: `attendees` removes the user from it.
impl Entity for Ticket {
    const NAME: &'static str = "ticket";

    fn key(&self) -> Key {
        keys::ticket(&self.conference, &self.code)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let shard = keys::shard(self.code.as_str());
        let mut keys = vec![
            ("gsi1pk", keys::changes(&self.conference, shard)),
            ("gsi1sk", keys::change(self.updated_at, &self.code)),
            ("gsi3pk", keys::by_code(&self.conference, shard)),
            ("gsi3sk", self.code.to_string()),
        ];
        if let Some(user) = self.user_id {
            keys.push(("gsi2pk", keys::holder(user)));
            keys.push(("gsi2sk", keys::held(&self.conference, &self.code)));
        }
        keys
    }
}

/// Export: `attendances`.
///
/// Erasure: `attendees` deletes it.
impl Entity for Attendee {
    const NAME: &'static str = "attendee";

    fn key(&self) -> Key {
        keys::attendee(&self.conference, self.user_id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        let user = self.user_id.to_string();
        let mut keys =
            vec![("gsi1pk", keys::attendees(&self.conference, keys::shard(&user))), ("gsi1sk", user.clone())];
        if self.listed {
            keys.extend([("gsi2pk", keys::directory(&self.conference)), ("gsi2sk", user)]);
        }
        keys
    }
}

/// A part of a count.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct CountShard {
    pub(super) conference: Slug,
    pub(super) shard: u8,
    #[serde(flatten)]
    pub(super) count: TicketCount,
}

impl Entity for CountShard {
    const NAME: &'static str = "ticket_count";

    fn key(&self) -> Key {
        keys::count(&self.conference, self.shard, self.count.standing, &self.count.ticket_type)
    }
}

/// By which a ticket is found by its address.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TicketEmail {
    pub(super) conference: Slug,
    pub(super) email: EmailAddress,
    pub(super) code: TicketCode,
}

impl TicketEmail {
    pub(super) fn of(ticket: &Ticket) -> Option<Self> {
        let (conference, code) = (ticket.conference.clone(), ticket.code.clone());
        ticket.email.clone().map(|email| Self { conference, email, code })
    }
}

/// Export: none, because it is made of the ticket, which is exported once it is claimed.
///
/// Erasure: none, because it is the organisers' record of a sale.
impl Entity for TicketEmail {
    const NAME: &'static str = "ticket_email";

    fn key(&self) -> Key {
        keys::ticket_of(&self.conference, &self.email, &self.code)
    }
}

/// That a conference has tickets.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Marker {
    pub(super) conference: Slug,
}

impl Entity for Marker {
    const NAME: &'static str = "tickets_marker";

    fn key(&self) -> Key {
        keys::marker(&self.conference)
    }
}

/// Export: none, because organisers need to know who of the staff did it.
///
/// Erasure: none, because organisers need to know who of the staff did it.
impl Entity for Import {
    const NAME: &'static str = "ticket_import";

    fn key(&self) -> Key {
        keys::import(&self.conference, self.id)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        if self.is_over() {
            return Vec::new();
        }
        vec![("gsi1pk", keys::OPEN_IMPORTS.to_owned()), ("gsi1sk", keys::open_import(self.updated_at, self.id))]
    }
}

impl Entity for GroupResult {
    const NAME: &'static str = "ticket_import_rows";

    fn key(&self) -> Key {
        keys::import_group(&self.conference, self.import_id, self.group)
    }
}

/// The rows that came with the request for an import, as JSON, until they are imported.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ImportContent {
    pub(super) conference: Slug,
    pub(super) import_id: ImportId,
    pub(super) json: String,
    pub(super) expires_at: i64,
}

/// Export: none, because it is the organisers' file, which is kept for a day.
///
/// Erasure: none, because it expires.
impl Entity for ImportContent {
    const NAME: &'static str = "ticket_import_content";

    fn key(&self) -> Key {
        keys::import_content(&self.conference, self.import_id)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at)
    }
}

/// That an event of the ticketing system was dealt with.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct SeenEvent {
    pub(super) conference: Slug,
    /// What the ticketing system calls it.
    pub(super) event: String,
    pub(super) expires_at: i64,
}

impl Entity for SeenEvent {
    const NAME: &'static str = "seen_ticket_event";

    fn key(&self) -> Key {
        keys::event(&self.conference, &self.event)
    }

    fn expires_at(&self) -> Option<i64> {
        Some(self.expires_at)
    }
}
