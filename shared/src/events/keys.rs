//! The keys of the `events` table. What there is of an event (its seats, registrations, waitlist) is in one partition.

use crate::dynamo::Key;
use crate::id::{EventId, UserId};
use crate::text::Slug;
use crate::time::Time;

use super::model::Approval;

/// All there is of an event.
pub fn partition(event: EventId) -> String {
    format!("EVENT#{event}")
}

fn of(event: EventId, sk: impl Into<String>) -> Key {
    Key { pk: partition(event), sk: sk.into() }
}

pub fn event(event: EventId) -> Key {
    of(event, "EVENT")
}

/// The marker that makes a slug belong to one event.
pub fn slug(slug: &Slug) -> Key {
    Key { pk: format!("SLUG#{slug}"), sk: "SLUG".to_owned() }
}

/// An event's entry in the lists.
pub fn listing(event: EventId) -> Key {
    of(event, "LISTING")
}

pub fn seats(event: EventId) -> Key {
    of(event, "SEATS")
}

/// The last number that was drawn of an event's waitlist.
pub fn queue(event: EventId) -> Key {
    of(event, "QUEUE")
}

pub fn registration(event: EventId, user: UserId) -> Key {
    of(event, format!("{REGISTRATION}{user}"))
}

/// The sort keys of registrations begin so.
pub const REGISTRATION: &str = "REG#";

pub fn place(event: EventId, number: u64) -> Key {
    of(event, format!("{PLACE}{number:010}"))
}

/// The sort keys of places in the waitlist begin so; they sort by number.
pub const PLACE: &str = "WAIT#";

/// The offer of a seat to a user.
pub fn offer(event: EventId, user: UserId) -> Key {
    of(event, format!("OFFER#{user}"))
}

/// The mark that seats of an event have become free for those who wait.
pub fn vacancy(event: EventId) -> Key {
    of(event, "VACANCY")
}

/// What guests know of an event's changes.
pub fn telling(event: EventId) -> Key {
    of(event, "TELLING")
}

/// How far the counters have been looked through.
pub fn recount() -> Key {
    Key { pk: "RECOUNT".to_owned(), sk: "RECOUNT".to_owned() }
}

fn name(approval: Approval) -> &'static str {
    match approval {
        Approval::Pending => "pending",
        Approval::Approved => "approved",
        Approval::Rejected => "rejected",
    }
}

/// The list of all events of which organisers think so, in `gsi1`.
pub fn list(approval: Approval) -> String {
    format!("EVENTS#{}", name(approval))
}

/// The same of one conference, in `gsi2`.
pub fn conference_list(conference: &Slug, approval: Approval) -> String {
    format!("CONF#{conference}#{}", name(approval))
}

/// The list of a host's events, in `gsi1`.
pub fn hosted(host: UserId) -> String {
    format!("HOST#{host}")
}

/// An event's place in a list: by its start.
pub fn by_start(starts_at: Time, event: EventId) -> String {
    format!("{starts_at}#{event}")
}

/// The lower end of a range of times.
pub fn from(time: Time) -> String {
    time.to_string()
}

/// The upper end of a range of times, the time itself included.
pub fn up_to(time: Time) -> String {
    format!("{time}$")
}

/// The list of a user's registrations, in `gsi1`.
pub fn registered(user: UserId) -> String {
    format!("USER#{user}")
}

/// A registration's place in it.
pub fn registered_at(time: Time, event: EventId) -> String {
    format!("{time}#{event}")
}

/// The list of an event's registrations by time, in `gsi2`.
pub fn guests(event: EventId) -> String {
    format!("GUESTS#{event}")
}

/// A registration's place in it.
pub fn guest(time: Time, user: UserId) -> String {
    format!("{time}#{user}")
}

/// The list of all offers, in `gsi1`.
pub const OFFERS: &str = "OFFERS";

/// Sort key of an offer: the time at which it expires.
pub fn lapses(expires_at: Time, event: EventId, user: UserId) -> String {
    format!("{expires_at}#{event}#{user}")
}

/// The list of all events whose guests are to be told of changes, in `gsi1`.
pub const TELLINGS: &str = "TELLINGS";

/// The list of events with a revision or changes that organisers have not reviewed, in `gsi2`.
pub const REVIEWS: &str = "REVIEWS";

/// The list of all vacancies, in `gsi1`.
pub const VACANCIES: &str = "VACANCIES";

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = "evt_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
    const USER: &str = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";

    #[test]
    fn keys_are_as_the_data_model_says() {
        let (evt, usr): (EventId, UserId) = (EVENT.parse().unwrap(), USER.parse().unwrap());
        let conference: Slug = "ibw-2026".parse().unwrap();
        let show = |key: Key| key.to_string();
        assert_eq!(show(event(evt)), format!("EVENT#{EVENT}/EVENT"));
        assert_eq!(show(slug(&"rooftop".parse().unwrap())), "SLUG#rooftop/SLUG");
        assert_eq!(show(listing(evt)), format!("EVENT#{EVENT}/LISTING"));
        assert_eq!(show(seats(evt)), format!("EVENT#{EVENT}/SEATS"));
        assert_eq!(show(queue(evt)), format!("EVENT#{EVENT}/QUEUE"));
        assert_eq!(show(registration(evt, usr)), format!("EVENT#{EVENT}/REG#{USER}"));
        assert_eq!(show(place(evt, 42)), format!("EVENT#{EVENT}/WAIT#0000000042"));
        assert_eq!(show(offer(evt, usr)), format!("EVENT#{EVENT}/OFFER#{USER}"));
        assert_eq!(show(vacancy(evt)), format!("EVENT#{EVENT}/VACANCY"));
        assert_eq!(show(telling(evt)), format!("EVENT#{EVENT}/TELLING"));
        assert_eq!(list(Approval::Approved), "EVENTS#approved");
        assert_eq!(conference_list(&conference, Approval::Pending), "CONF#ibw-2026#pending");
        assert_eq!(hosted(usr), format!("HOST#{USER}"));
        assert_eq!(registered(usr), format!("USER#{USER}"));
        assert_eq!(guests(evt), format!("GUESTS#{EVENT}"));
    }

    #[test]
    fn range_of_times_includes_both_its_ends() {
        let (evt, time) = (EVENT.parse().unwrap(), Time::from_millis(1_000).unwrap());
        let place = by_start(time, evt);
        assert!(from(time) <= place && place <= up_to(time));
        assert!(place > up_to(Time::from_millis(999).unwrap()));
        assert!(place < from(Time::from_millis(1_001).unwrap()));
    }
}
