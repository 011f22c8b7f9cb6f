//! The messages of attendees: work for the import worker, and notices of claims that ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attendees::import::ImportId;
use crate::attendees::release::{Cause, Released};
use crate::dynamo::{Error, OutboxMessage};
use crate::id::UserId;
use crate::notifications::messages::notify_each;
use crate::notifications::model::Category;
use crate::notifications::notice::{Cause as NoticeCause, Notice, Recipients};
use crate::random::Random;
use crate::text::{Slug, Tag};
use crate::time::Time;

/// The version of all messages.
pub const VERSION: u32 = 1;

/// Work for `attendee-import`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "v is the version of the shape, the others are what their types say")]
pub enum ImportMessage {
    /// Go on with an import, from where it was left.
    Import { v: u32, conference: Slug, import_id: ImportId },
}

/// The one message of all claims that a transaction ends: both users of each are told. `None` if it ends none.
pub fn of_released(released: &[Released], at: Time, random: &Random) -> Result<Option<OutboxMessage>, Error> {
    if released.is_empty() {
        return Ok(None);
    }
    // No code of a ticket is in the key.
    let key = hex::encode(random.bytes::<16>());
    let notices = released.iter().enumerate().flat_map(|(n, one)| {
        let (from, to) = match one.cause {
            Cause::OtherAddress => ("ticket-claim-ended", "ticket-to-claim"),
            Cause::ProvedAddress => ("ticket-claim-taken-over", "ticket-claim-won"),
        };
        let told = [Some((from, one.from)), one.to.map(|user| (to, user))];
        let key = format!("{key}:{n}");
        told.into_iter().flatten().map(move |(template, user)| notice(one, template, user, &key, at))
    });
    notify_each(notices.collect(), format!("attendees:{key}"), at, random).map(Some)
}

fn notice(released: &Released, template: &'static str, to: UserId, key: &str, at: Time) -> Notice {
    let arguments =
        [("ticket_type", released.ticket_type.to_string()), ("conference", released.conference.to_string())];
    Notice {
        to: Recipients::User(to),
        category: Category::Account,
        critical: false,
        template: Tag::named(template),
        arguments: BTreeMap::from(arguments.map(|(name, value)| (name.to_owned(), value))),
        link: None,
        dedupe_key: format!("attendees:{template}:{key}"),
        at,
        cause: NoticeCause::System,
        subject: None,
        not_after: None,
    }
}
