//! Notifications about events and registrations. The templates are built in: `notifications/builtin/events.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::model::Event;
use super::registration::Registration;
use crate::dynamo::{Error, OutboxMessage};
use crate::id::UserId;
use crate::notifications::audience::Audience;
use crate::notifications::group::{Group, TakingPart};
use crate::notifications::model::Category;
use crate::notifications::notice::{Cause, Notice, Recipients, Subject};
use crate::random::Random;
use crate::text::{Tag, Text};
use crate::time::Time;

/// How long a notice is of use at least, though the event ends earlier: guests hear of one that was moved ahead.
const TOLD: Duration = Duration::from_secs(3600);

/// A notification about a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistrationNotice {
    /// The user has a seat, by registering or accepting.
    Registered,
    /// The host has approved.
    Approved,
    /// The host has approved, and all seats are taken.
    ApprovedToWait,
    /// The host has declined.
    Declined,
    /// The offer has expired.
    OfferLapsed,
}

impl RegistrationNotice {
    const fn template(self) -> &'static str {
        match self {
            Self::Registered => "event-registered",
            Self::Approved => "event-registration-approved",
            Self::ApprovedToWait => "event-registration-waitlisted",
            Self::Declined => "event-registration-declined",
            Self::OfferLapsed => "event-offer-lapsed",
        }
    }

    /// Who causes it: the guest registers, the host decides, and time passes.
    const fn cause(self, event: &Event, guest: UserId) -> Cause {
        match self {
            Self::Registered => Cause::User(guest),
            Self::Approved | Self::ApprovedToWait | Self::Declined => Cause::User(event.host_id),
            Self::OfferLapsed => Cause::System,
        }
    }
}

/// Notifies a user of the state of a registration.
pub fn of_registration(
    kind: RegistrationNotice,
    event: &Event,
    after: &Registration,
    random: &Random,
) -> Result<OutboxMessage, Error> {
    let key = format!("{}:v{}", after.user_id, after.version);
    let notice = notice(kind.template(), event, &key, to(after.user_id), [], after.updated_at);
    let cause = kind.cause(event, after.user_id);
    Notice { cause, subject: Some(registration(event, after.user_id)), ..notice }.outbox(random)
}

/// Offers a seat to a user, who had place `number` in the waitlist.
pub fn of_offer(
    event: &Event,
    user: UserId,
    number: u64,
    until: Time,
    now: Time,
    random: &Random,
) -> Result<OutboxMessage, Error> {
    let arguments = [("until", event.when(until))];
    let notice = notice("event-seat-offered", event, &format!("{user}:place{number}"), to(user), arguments, now);
    Notice { subject: Some(registration(event, user)), not_after: Some(until), ..notice }.outbox(random)
}

/// Notifies the host of the organisers' decision.
pub fn of_decision(event: &Event, random: &Random) -> Result<OutboxMessage, Error> {
    let key = format!("v{}", event.version);
    let host = to(event.host_id);
    let notice = if event.is_public() {
        notice("event-published", event, &key, host, [], event.updated_at)
    } else {
        let reason = event.decision_reason.as_ref().map_or_else(String::new, |reason| reason.as_str().to_owned());
        notice("event-rejected", event, &key, host, [("reason", reason)], event.updated_at)
    };
    let subject = Subject::of(format!("events:decision:{}", event.id));
    Notice { subject: Some(subject), ..notice }.outbox(random)
}

/// Notifies the host that a revision was approved, or rejected for a reason.
pub fn of_revision(
    event: &Event,
    version: u64,
    rejected: Option<&Text<500>>,
    at: Time,
    random: &Random,
) -> Result<OutboxMessage, Error> {
    let (key, host) = (format!("r{version}"), to(event.host_id));
    let notice = match rejected {
        None => notice("event-revision-approved", event, &key, host, [], at),
        Some(reason) => {
            let reason = [("reason", reason.as_str().to_owned())];
            notice("event-revision-rejected", event, &key, host, reason, at)
        }
    };
    // Each revision has a decision of its own, so none replaces another.
    notice.outbox(random)
}

/// Notifies guests and waitlist that the event is cancelled.
pub fn of_cancellation(event: &Event, random: &Random) -> Result<OutboxMessage, Error> {
    told_to_all("event-cancelled", event, []).outbox(random)
}

/// Notifies guests and waitlist of another time or place.
pub fn of_change(event: &Event, random: &Random) -> Result<OutboxMessage, Error> {
    let place = event.details.location.as_ref().map_or("online", |place| place.name.as_str());
    let arguments = [("starts_at", event.when(event.details.starts_at)), ("place", place.to_owned())];
    told_to_all("event-changed", event, arguments).outbox(random)
}

/// A notice of the host's change to guests and waitlist.
fn told_to_all<const N: usize>(template: &'static str, event: &Event, arguments: [(&str, String); N]) -> Notice {
    let notice = notice(template, event, &format!("v{}", event.version), everybody(event), arguments, event.updated_at);
    let subject = Subject::of(format!("events:{}", event.id));
    Notice { cause: Cause::User(event.host_id), subject: Some(subject), ..notice }
}

/// What concerns one user's registration: only the last word counts.
fn registration(event: &Event, user: UserId) -> Subject {
    Subject::of(format!("events:registration:{}:{user}", event.id))
}

fn to(user: UserId) -> Recipients {
    Recipients::User(user)
}

fn everybody(event: &Event) -> Recipients {
    let states = [TakingPart::Approved, TakingPart::PendingApproval, TakingPart::Waitlisted];
    Recipients::Audience(Audience::Group(Group::Event { event: event.id, states: BTreeSet::from(states) }))
}

fn notice<const N: usize>(
    template: &'static str,
    event: &Event,
    key: &str,
    to: Recipients,
    arguments: [(&str, String); N],
    at: Time,
) -> Notice {
    let title = [("event", event.details.title.as_str().to_owned())];
    let arguments: BTreeMap<String, String> =
        title.into_iter().chain(arguments).map(|(name, value)| (name.to_owned(), value)).collect();
    Notice {
        to,
        category: Category::Event,
        critical: false,
        template: Tag::named(template),
        arguments,
        link: None,
        dedupe_key: format!("events:{template}:{}:{key}", event.id),
        at,
        cause: Cause::System,
        subject: None,
        not_after: Some(event.details.ends_at.max(at.plus(TOLD))),
    }
}
