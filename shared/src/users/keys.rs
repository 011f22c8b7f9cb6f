//! The keys of the `users` table, and of what users keep in `ephemeral`. `docs/DATA-MODEL.md` lists the reads they
//! serve.

use crate::dynamo::Key;
use crate::id::UserId;
use crate::time::Time;

use super::mailbox::MailLimit;
use super::model::{Claim, Facet, User};

/// All items of a user.
pub fn partition(user: UserId) -> String {
    format!("USER#{user}")
}

/// The sort keys of the profile and what belongs to it (enrichments) begin so: the whole profile is one query.
pub const PROFILE: &str = "PROFILE";

/// A user's profile.
pub fn profile(user: UserId) -> Key {
    Key { pk: partition(user), sk: PROFILE.to_owned() }
}

/// What a user is to conferences, in the table `conferences`: an item for each whose tickets the user has or had.
pub fn attendances(user: UserId) -> String {
    format!("ATTENDEE#{user}")
}

/// The marker that makes an account elsewhere belong to one user.
pub fn claim(claim: &Claim) -> Key {
    Key { pk: format!("CLAIM#{}#{}", claim.kind(), claim.value()), sk: "CLAIM".to_owned() }
}

/// The record of a start parameter that a user came with.
pub fn start(user: UserId, parameter: &str) -> Key {
    Key { pk: partition(user), sk: format!("{START}{parameter}") }
}

/// The sort keys of start records begin so.
pub const START: &str = "START#";

/// A user's entry in one list of the directory.
pub fn listing(user: UserId, facet: &Facet) -> Key {
    Key { pk: partition(user), sk: format!("{LISTING}{facet}") }
}

/// The sort keys of directory entries begin so.
pub const LISTING: &str = "LISTING#";

/// A list of the directory, in `gsi1`.
pub fn list(facet: &Facet) -> String {
    match facet {
        // One partition for each first letter: 100,000 users spread over them, and a prefix stays within one.
        Facet::Word(word) => format!("{LISTING}word#{}", word.chars().next().unwrap_or_default()),
        other => format!("{LISTING}{other}"),
    }
}

/// A user's place in a list: by word, or by time of joining.
pub fn place(user: &User, facet: &Facet) -> String {
    match facet {
        Facet::Word(word) => format!("{word}#{}", user.id),
        _ => format!("{}#{}", user.created_at, user.id),
    }
}

/// A user's member entry.
pub fn member(user: UserId) -> Key {
    Key { pk: partition(user), sk: "MEMBER".to_owned() }
}

/// A list of members, in `gsi1`.
pub fn members(shard: u8) -> String {
    format!("MEMBERS#{shard}")
}

/// The partition of `gsi1` that lists users whose erasure is due, by time.
pub const ERASURES: &str = "ERASURE";

/// The place of a user among the erasures: the time from which it may happen.
pub fn erasure(user: UserId, after: Time) -> String {
    format!("{after}#{user}")
}

/// The sort key below which all erasures are that are due at `now`.
pub fn erasures_due(now: Time) -> String {
    format!("{now}$")
}

/// A user's open email verification, in `ephemeral`.
pub fn verification(user: UserId) -> Key {
    Key { pk: partition(user), sk: "EMAIL_VERIFICATION".to_owned() }
}

/// How often something happened for a mailbox in a window of time, in `ephemeral`.
pub fn mail_count(mailbox: &str, limit: &MailLimit, now: Time) -> Key {
    Key { pk: mail(mailbox), sk: format!("{}#{}", limit.name, limit.window(now)) }
}

/// The same, for one user.
pub fn mail_count_of(mailbox: &str, limit: &MailLimit, now: Time, user: UserId) -> Key {
    let of_all = mail_count(mailbox, limit, now);
    Key { sk: format!("{}#{user}", of_all.sk), ..of_all }
}

/// That no mail goes to an address, in `ephemeral`.
pub fn suppression(address: &str) -> Key {
    Key { pk: mail(address), sk: "SUPPRESSED".to_owned() }
}

fn mail(hash: &str) -> String {
    format!("MAIL#{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";

    #[test]
    fn keys_are_as_the_data_model_says() {
        let id: UserId = ID.parse().unwrap();
        let show = |key: Key| key.to_string();
        assert_eq!(show(profile(id)), format!("USER#{ID}/PROFILE"));
        assert_eq!(show(claim(&Claim::telegram(42))), "CLAIM#telegram#42/CLAIM");
        assert_eq!(show(claim(&Claim::Twitter("asha".to_owned()))), "CLAIM#twitter#asha/CLAIM");
        assert_eq!(show(start(id, "ref_7")), format!("USER#{ID}/START#ref_7"));
        assert_eq!(show(listing(id, &Facet::All)), format!("USER#{ID}/LISTING#all"));
        assert_eq!(show(listing(id, &Facet::Topic("defi".parse().unwrap()))), format!("USER#{ID}/LISTING#topic#defi"));
        assert_eq!(show(member(id)), format!("USER#{ID}/MEMBER"));
        assert_eq!(members(3), "MEMBERS#3");
        assert_eq!(list(&Facet::Role("founder".parse().unwrap())), "LISTING#role#founder");
        assert_eq!(list(&Facet::Word("asha".to_owned())), "LISTING#word#a");
        assert_eq!(show(verification(id)), format!("USER#{ID}/EMAIL_VERIFICATION"));
    }

    #[test]
    fn erasure_is_due_at_its_time_and_not_before() {
        let id: UserId = ID.parse().unwrap();
        let at = Time::from_millis(1_000).unwrap();
        let place = erasure(id, at);
        assert!(place <= erasures_due(at));
        assert!(place > erasures_due(Time::from_millis(999).unwrap()));
    }
}
