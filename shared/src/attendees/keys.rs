//! The keys of tickets and of what is kept with them in the `conferences` table.

use sha2::{Digest, Sha256};

use super::model::{TicketCode, TicketStatus, TicketType};
use crate::attendees::import::ImportId;
use crate::dynamo::Key;
use crate::id::UserId;
use crate::text::Slug;
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// Lists that tickets and attendees are spread over, so that no partition gets hot and several can be read at once.
pub const SHARDS: u8 = 8;

/// The list that something is in, by what names it.
pub fn shard(name: &str) -> u8 {
    Sha256::digest(name).first().copied().unwrap_or_default() % SHARDS
}

pub fn partition(conference: &Slug, code: &TicketCode) -> String {
    format!("TICKET#{conference}#{code}")
}

pub fn ticket(conference: &Slug, code: &TicketCode) -> Key {
    Key { pk: partition(conference, code), sk: "TICKET".to_owned() }
}

/// Tickets by when they were changed, in `gsi1`.
pub fn changes(conference: &Slug, shard: u8) -> String {
    format!("TICKETS#{conference}#{shard}")
}

/// A ticket's place among them.
pub fn change(updated_at: Time, code: &TicketCode) -> String {
    format!("{updated_at}#{code}")
}

/// Tickets by code, in `gsi3`: an order that no change of a ticket affects, so pages show each ticket once.
pub fn by_code(conference: &Slug, shard: u8) -> String {
    format!("CODES#{conference}#{shard}")
}

/// The tickets that a user has claimed, in `gsi2`.
pub fn holder(user: UserId) -> String {
    format!("HOLDER#{user}")
}

/// A ticket's place among them.
pub fn held(conference: &Slug, code: &TicketCode) -> String {
    format!("{}{code}", held_of(conference))
}

/// The places of a conference's tickets begin so.
pub fn held_of(conference: &Slug) -> String {
    format!("{conference}#")
}

/// The tickets of an address.
pub fn tickets_of(conference: &Slug, email: &EmailAddress) -> String {
    format!("TICKET_EMAIL#{conference}#{email}")
}

/// One of them.
pub fn ticket_of(conference: &Slug, email: &EmailAddress, code: &TicketCode) -> Key {
    Key { pk: tickets_of(conference, email), sk: code.to_string() }
}

/// The claim of the user who has proved an address, in the table `users`.
pub fn proved(email: &EmailAddress) -> Key {
    Key { pk: format!("CLAIM#email#{email}"), sk: "CLAIM".to_owned() }
}

/// How many tickets of each kind a conference has.
pub fn counts(conference: &Slug) -> String {
    format!("TICKET_COUNTS#{conference}")
}

/// A part of the tickets of a kind.
pub fn count(conference: &Slug, shard: u8, standing: TicketStatus, ticket_type: &TicketType) -> Key {
    Key { pk: counts(conference), sk: format!("{shard}#{}#{ticket_type}", standing.name()) }
}

/// A count of wrong codes in a window, in `ephemeral`: of an account, a network or a conference.
pub fn wrong_claims(of: &str, window: i64) -> Key {
    Key { pk: format!("WRONG_CLAIMS#{of}"), sk: window.to_string() }
}

/// That a conference has tickets: in its own partition, so that it is not deleted under them.
pub fn marker(conference: &Slug) -> Key {
    Key { pk: format!("CONF#{conference}"), sk: "TICKETS".to_owned() }
}

/// The conference itself, which must be there when it gets its first ticket.
pub fn conference(conference: &Slug) -> Key {
    Key { pk: format!("CONF#{conference}"), sk: "CONFERENCE".to_owned() }
}

/// What a user is to conferences.
pub fn attendances(user: UserId) -> String {
    format!("ATTENDEE#{user}")
}

/// What a user is to a conference.
pub fn attendee(conference: &Slug, user: UserId) -> Key {
    Key { pk: attendances(user), sk: conference.to_string() }
}

/// The attendees of a conference, in `gsi1`.
pub fn attendees(conference: &Slug, shard: u8) -> String {
    format!("ATTENDEES#{conference}#{shard}")
}

/// Those who want to be found, in `gsi2`.
pub fn directory(conference: &Slug) -> String {
    format!("DIRECTORY#{conference}")
}

/// What there is of an import.
pub fn import_partition(conference: &Slug, import: ImportId) -> String {
    format!("IMPORT#{conference}#{import}")
}

pub fn import(conference: &Slug, import: ImportId) -> Key {
    Key { pk: import_partition(conference, import), sk: "IMPORT".to_owned() }
}

/// Imports that are not over, in `gsi1`.
pub const OPEN_IMPORTS: &str = "IMPORTS#open";

/// An import's place among them: by its last change.
pub fn open_import(updated_at: Time, import: ImportId) -> String {
    format!("{updated_at}#{import}")
}

/// The sort key below which all imports are that have not changed since `time`.
pub fn unchanged_since(time: Time) -> String {
    format!("{time}$")
}

/// The rows that came with the request for it.
pub fn import_content(conference: &Slug, import: ImportId) -> Key {
    Key { pk: import_partition(conference, import), sk: "CONTENT".to_owned() }
}

/// What became of a group of its rows.
pub fn import_group(conference: &Slug, import: ImportId, group: u32) -> Key {
    Key { pk: import_partition(conference, import), sk: group_of(group) }
}

/// A group's place among them.
pub fn group_of(group: u32) -> String {
    format!("ROWS#{group:06}")
}

/// That an event was dealt with. What the ticketing system calls it is hashed, as it may be any text.
pub fn event(conference: &Slug, event: &str) -> Key {
    Key { pk: format!("TICKET_EVENT#{conference}#{}", hex::encode(Sha256::digest(event))), sk: "SEEN".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_as_the_data_model_says() {
        let slug: Slug = "ibw-2026".parse().unwrap();
        let code: TicketCode = "k7xq2mv9".parse().unwrap();
        let email: EmailAddress = "Asha@example.org".parse().unwrap();
        let user: UserId = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        let time: Time = "2026-11-22T09:30:00Z".parse().unwrap();
        assert_eq!(ticket(&slug, &code).to_string(), "TICKET#ibw-2026#k7xq2mv9/TICKET");
        assert_eq!(shard(code.as_str()), 5);
        assert_eq!(changes(&slug, 5), "TICKETS#ibw-2026#5");
        assert_eq!(by_code(&slug, 5), "CODES#ibw-2026#5");
        assert_eq!(change(time, &code), "2026-11-22T09:30:00.000Z#k7xq2mv9");
        assert_eq!(holder(user), "HOLDER#usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W");
        assert_eq!(held(&slug, &code), "ibw-2026#k7xq2mv9");
        assert_eq!(ticket_of(&slug, &email, &code).to_string(), "TICKET_EMAIL#ibw-2026#asha@example.org/k7xq2mv9");
        let vip: TicketType = "VIP".parse().unwrap();
        assert_eq!(count(&slug, 3, TicketStatus::Valid, &vip).to_string(), "TICKET_COUNTS#ibw-2026/3#valid#VIP");
        assert_eq!(marker(&slug).to_string(), "CONF#ibw-2026/TICKETS");
        assert_eq!(attendee(&slug, user).to_string(), "ATTENDEE#usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/ibw-2026");
        assert_eq!(attendees(&slug, 0), "ATTENDEES#ibw-2026#0");
        assert_eq!(directory(&slug), "DIRECTORY#ibw-2026");
        let id: ImportId = "imp_01J9ZQ4Y6V3T8K2M5N7P0R1S3W".parse().unwrap();
        assert_eq!(import(&slug, id).to_string(), "IMPORT#ibw-2026#imp_01J9ZQ4Y6V3T8K2M5N7P0R1S3W/IMPORT");
        assert!(open_import(time, id) <= unchanged_since(time));
        assert!(open_import(time, id) > unchanged_since(time.plus_seconds(-1)));
        assert_eq!(
            (import_content(&slug, id).sk, import_group(&slug, id, 42).sk),
            ("CONTENT".into(), "ROWS#000042".into())
        );
        let hash = "88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589";
        assert_eq!(event(&slug, "abcd").to_string(), format!("TICKET_EVENT#ibw-2026#{hash}/SEEN"));
    }
}
