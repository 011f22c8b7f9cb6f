//! The keys of the `notifications` table, and of the send schedule in `ephemeral`. `docs/DATA-MODEL.md` lists the
//! access patterns.

use super::model::Category;
use crate::dynamo::Key;
use crate::id::UserId;
use crate::notifications::model::{JobId, NotificationId};
use crate::notifications::notice::Subject;
use crate::text::Tag;
use crate::time::Time;

/// The partition of a user's feed.
pub fn feed(user: UserId) -> String {
    format!("FEED#{user}")
}

/// The prefix of the sort keys of notifications.
pub const NOTIFICATION: &str = "ntf_";

pub fn notification(user: UserId, id: NotificationId) -> Key {
    Key { pk: feed(user), sk: id.to_string() }
}

/// The local index of unread notifications, and the attribute that puts a notification into it: its id again.
pub const UNREAD: &str = "unread";

pub fn preferences(user: UserId) -> Key {
    Key { pk: feed(user), sk: "PREFERENCES".to_owned() }
}

/// A mark that a user hides a category in the feed.
pub fn hidden(user: UserId, category: Category) -> Key {
    Key { pk: feed(user), sk: format!("HIDDEN#{category}") }
}

/// The partition of `gsi1` with these marks of a category, by user.
pub fn hiding(category: Category) -> String {
    format!("HIDDEN#{category}")
}

/// A user's lead of reminders, if it is not the default.
pub fn lead(user: UserId) -> Key {
    Key { pk: feed(user), sk: "LEAD".to_owned() }
}

/// The partition of `gsi1` with these leads, by user.
pub const LEADS: &str = "LEADS";

/// A mark that a user was reminded of something at its start time.
pub fn reminded(user: UserId, of: &str, starts_at: Time) -> Key {
    Key { pk: feed(user), sk: format!("REMINDED#{of}#{starts_at}") }
}

/// The partition of all templates.
pub const TEMPLATES: &str = "TEMPLATES";

pub fn template(name: &Tag) -> Key {
    Key { pk: TEMPLATES.to_owned(), sk: name.to_string() }
}

/// The partition of all jobs, oldest first.
pub const JOBS: &str = "JOBS";

pub fn job(id: JobId) -> Key {
    Key { pk: JOBS.to_owned(), sk: id.to_string() }
}

/// The partition of `gsi1` with the jobs that the scheduler watches.
pub const OPEN_JOBS: &str = "JOBS#OPEN";

/// The partition of a job's brief and chunks.
pub fn job_partition(id: JobId) -> String {
    format!("JOB#{id}")
}

pub fn brief(id: JobId) -> Key {
    Key { pk: job_partition(id), sk: "BRIEF".to_owned() }
}

/// The prefix of the sort keys of chunks.
pub const CHUNK: &str = "CHUNK#";

pub fn chunk(id: JobId, number: u32) -> Key {
    Key { pk: job_partition(id), sk: format!("{CHUNK}{number:06}") }
}

/// The new id of a group's chat.
pub fn moved_chat(chat: i64) -> Key {
    Key { pk: format!("CHAT#{chat}"), sk: "MOVED".to_owned() }
}

/// The partition of the newest notices to audiences about a group of things.
pub fn subject_group(group: &str) -> String {
    format!("SUBJECT#{group}")
}

/// The newest notice to a user about something.
pub fn newest_to(user: UserId, group: &str) -> Key {
    Key { pk: feed(user), sk: subject_group(group) }
}

/// The newest notice to an audience about a thing of a group, or one about several, which has an id.
pub fn newest(subject: &Subject, id: &str) -> Key {
    let part = if subject.is_wide() { id } else { subject.parts.first().map_or("ALL", String::as_str) };
    Key { pk: subject_group(&subject.group), sk: part.to_owned() }
}

/// The last notice about several things of a group.
pub fn wide(group: &str) -> Key {
    Key { pk: format!("WIDE#{group}"), sk: "WIDE".to_owned() }
}

/// The messages that a user has caused, in `ephemeral`.
pub fn caused(user: UserId) -> Key {
    Key { pk: format!("CAUSED#{user}"), sk: "CAUSED".to_owned() }
}

/// The send schedule, in `ephemeral`.
pub fn pace() -> Key {
    Key { pk: "PACE".to_owned(), sk: "PACE".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ULID: &str = "01J9ZQ4Y6V3T8K2M5N7P0R1S3W";

    #[test]
    fn keys_are_as_the_data_model_says() {
        let user: UserId = format!("usr_{ULID}").parse().unwrap();
        let job_id: JobId = format!("job_{ULID}").parse().unwrap();
        let id: NotificationId = format!("ntf_{ULID}").parse().unwrap();
        let show = |key: Key| key.to_string();
        assert_eq!(show(notification(user, id)), format!("FEED#usr_{ULID}/ntf_{ULID}"));
        assert_eq!(show(preferences(user)), format!("FEED#usr_{ULID}/PREFERENCES"));
        assert_eq!(show(hidden(user, Category::Event)), format!("FEED#usr_{ULID}/HIDDEN#event"));
        assert_eq!(show(lead(user)), format!("FEED#usr_{ULID}/LEAD"));
        let told = show(reminded(user, "ags_1", Time::default()));
        assert_eq!(told, format!("FEED#usr_{ULID}/REMINDED#ags_1#1970-01-01T00:00:00.000Z"));
        assert_eq!(hiding(Category::Event), "HIDDEN#event");
        assert_eq!(show(template(&"welcome".parse().unwrap())), "TEMPLATES/welcome");
        assert_eq!(show(job(job_id)), format!("JOBS/job_{ULID}"));
        assert_eq!(show(brief(job_id)), format!("JOB#job_{ULID}/BRIEF"));
        assert_eq!(show(chunk(job_id, 42)), format!("JOB#job_{ULID}/CHUNK#000042"));
        assert_eq!(show(moved_chat(-100)), "CHAT#-100/MOVED");
        assert_eq!(show(pace()), "PACE/PACE");
        assert_eq!(show(caused(user)), format!("CAUSED#usr_{ULID}/CAUSED"));
        let subject = |parts: &[&str]| Subject {
            group: "agenda:ibw".to_owned(),
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        };
        assert_eq!(show(newest(&subject(&["ags_1"]), "job_1")), "SUBJECT#agenda:ibw/ags_1");
        assert_eq!(show(newest(&subject(&[]), "job_1")), "SUBJECT#agenda:ibw/ALL");
        assert_eq!(show(newest(&subject(&["ags_1", "ags_2"]), "job_1")), "SUBJECT#agenda:ibw/job_1");
        assert_eq!(show(newest_to(user, "events:1")), format!("FEED#usr_{ULID}/SUBJECT#events:1"));
        assert_eq!(show(wide("agenda:ibw")), "WIDE#agenda:ibw/WIDE");
    }
}
