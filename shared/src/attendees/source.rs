//! Data of the ticketing system about a ticket, from a row of a file or an event, and how it changes the ticket.

use super::model::{Approval, AsOf, Ticket, TicketCode, TicketState, TicketType};
use crate::text::{Line, Slug, set};
use crate::time::Time;
use crate::users::contact::EmailAddress;

/// A ticket in the ticketing system. `None` leaves a field as it is; `Some(None)` clears it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketData {
    pub code: TicketCode,
    pub name: Line<200>,
    pub ticket_type: TicketType,
    /// The address it was sent to.
    pub email: Option<Option<EmailAddress>>,
    /// Default for a new ticket: paid.
    pub state: Option<TicketState>,
    /// Default for a new ticket: approved.
    pub approval: Option<Approval>,
    pub valid_from: Option<Option<Time>>,
    pub valid_until: Option<Option<Time>>,
    /// The order it was bought with.
    pub order: Option<Option<Line<100>>>,
}

/// How data of the ticketing system changes a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The ticket is new.
    Created(Ticket),
    /// The ticket has changed.
    Updated(Ticket),
    /// Only the age of the data has changed.
    Unchanged(Ticket),
    /// The ticket has newer data.
    Stale,
}

impl TicketData {
    /// Applies the data, whose age is `as_of`. Decisions of organisers, the ticket holder and scans stay.
    pub fn apply(&self, conference: &Slug, before: Option<&Ticket>, as_of: &AsOf, now: Time) -> Applied {
        let Some(before) = before else { return Applied::Created(self.ticket(conference, as_of, now)) };
        if before.as_of >= *as_of {
            return Applied::Stale;
        }
        let mut ticket = before.clone();
        ticket.name = self.name.clone();
        ticket.ticket_type = self.ticket_type.clone();
        set(&mut ticket.email, self.email.clone());
        set(&mut ticket.state, self.state);
        set(&mut ticket.approval, self.approval);
        set(&mut ticket.valid_from, self.valid_from);
        set(&mut ticket.valid_until, self.valid_until);
        set(&mut ticket.order, self.order.clone());
        let same = ticket == *before;
        ticket.as_of = as_of.clone();
        // A ticketing system whose clock is ahead changes nothing before it says so.
        ticket.remember(before, as_of.occurred_at.min(now));
        if same {
            // Scanners read by `updated_at` what has changed, and for them nothing has.
            ticket.version += 1;
            return Applied::Unchanged(ticket);
        }
        ticket.stamp(now);
        Applied::Updated(ticket)
    }

    fn ticket(&self, conference: &Slug, as_of: &AsOf, now: Time) -> Ticket {
        Ticket {
            conference: conference.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            email: self.email.clone().flatten(),
            ticket_type: self.ticket_type.clone(),
            state: self.state.unwrap_or(TicketState::Paid),
            approval: self.approval.unwrap_or(Approval::Approved),
            blocked: false,
            reserved: false,
            valid_from: self.valid_from.flatten(),
            valid_until: self.valid_until.flatten(),
            user_id: None,
            claimed_at: None,
            order: self.order.clone().flatten(),
            as_of: as_of.clone(),
            earlier: Vec::new(),
            checked_in: Default::default(),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn data(name: &str, state: TicketState) -> TicketData {
        TicketData {
            code: "k7xq2mv9".parse().unwrap(),
            name: name.parse().unwrap(),
            ticket_type: "Standard".parse().unwrap(),
            email: None,
            state: Some(state),
            approval: None,
            valid_from: None,
            valid_until: None,
            order: None,
        }
    }

    fn at(millis: i64, event: &str) -> AsOf {
        AsOf { occurred_at: Time::from_millis(millis).unwrap(), event: event.to_owned() }
    }

    fn now() -> Time {
        Time::from_millis(1_000_000).unwrap()
    }

    #[test]
    fn later_word_wins_and_what_it_does_not_say_stays() {
        let slug = "ibw-2026".parse().unwrap();
        let mut first = data("Asha", TicketState::Unpaid);
        first.email = Some(Some("asha@example.org".parse().unwrap()));
        let Applied::Created(mut ticket) = first.apply(&slug, None, &at(1, "a"), now()) else { panic!("created") };
        assert_eq!((ticket.version, ticket.approval), (1, Approval::Approved));
        ticket.blocked = true;
        let second = data("Asha", TicketState::Paid);
        let Applied::Updated(paid) = second.apply(&slug, Some(&ticket), &at(2, "b"), now()) else { panic!("updated") };
        assert_eq!((paid.state, &paid.email, paid.blocked, paid.version), (TicketState::Paid, &ticket.email, true, 2));
        assert_eq!(first.apply(&slug, Some(&paid), &at(1, "z"), now()), Applied::Stale);
        assert_eq!(second.apply(&slug, Some(&paid), &at(2, "b"), now()), Applied::Stale);
        assert!(matches!(second.apply(&slug, Some(&paid), &at(2, "c"), now()), Applied::Unchanged(_)));
    }

    #[test]
    fn status_is_known_for_each_time_in_whatever_order_changes_become_known() {
        let slug = "ibw-2026".parse().unwrap();
        let told = |ticket: &Ticket, state, millis: i64| {
            let applied = data("Asha", state).apply(&slug, Some(ticket), &at(millis, ""), now());
            let Applied::Updated(after) = applied else { panic!("{applied:?}") };
            after
        };
        let Applied::Created(ticket) = data("Asha", TicketState::Paid).apply(&slug, None, &at(10, ""), now()) else {
            panic!("created")
        };
        let statuses =
            |ticket: &Ticket| [5, 15, 25, 35].map(|millis| ticket.status_at(Time::from_millis(millis).unwrap()).name());
        let unpaid = told(&ticket, TicketState::Unpaid, 20);
        let cancelled = told(&unpaid, TicketState::Cancelled, 30);
        assert_eq!(statuses(&cancelled), ["valid", "valid", "unpaid", "cancelled"]);
        // Blocked at 30, and then heard that it has been cancelled since 20.
        let mut blocked = ticket.clone();
        blocked.blocked = true;
        blocked.remember(&ticket, Time::from_millis(30).unwrap());
        assert_eq!(statuses(&blocked), ["valid", "valid", "valid", "blocked"]);
        let cancelled = told(&blocked, TicketState::Cancelled, 20);
        assert_eq!(statuses(&cancelled), ["valid", "valid", "cancelled", "cancelled"]);
        // A clock that is ahead is not believed, and the list of statuses has an end.
        let cancelled = told(&ticket, TicketState::Cancelled, 9_000_000);
        assert_eq!(cancelled.status_at(now()).name(), "cancelled");
        let states = [TicketState::Unpaid, TicketState::Paid];
        let many = (0..40).fold(ticket, |ticket, n| told(&ticket, states[n % 2], 20 + i64::try_from(n).unwrap()));
        assert_eq!((many.earlier.len(), many.earlier[15].until.millis()), (16, 59));
    }

    proptest! {
        /// Whatever order they come in, and however often: the ticket says what the latest word said.
        #[test]
        fn words_in_any_order_end_with_the_latest(order in proptest::collection::vec(0usize..6, 1..20)) {
            let slug = "ibw-2026".parse().unwrap();
            let mut ticket: Option<Ticket> = None;
            for n in order.iter().copied() {
                let word = data(&format!("Name {n}"), TicketState::Paid);
                // Pairs share their millisecond, and the event's id decides.
                match word.apply(&slug, ticket.as_ref(), &at(i64::try_from(n / 2).unwrap(), &n.to_string()), now()) {
                    Applied::Created(after) | Applied::Updated(after) | Applied::Unchanged(after) => ticket = Some(after),
                    Applied::Stale => {}
                }
            }
            let latest = order.iter().max().unwrap();
            prop_assert_eq!(ticket.unwrap().name.to_string(), format!("Name {latest}"));
        }
    }
}
