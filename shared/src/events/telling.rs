//! When guests are told of an event's changes: the first at once, later ones together.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::id::EventId;
use crate::time::Time;

/// Least time between two messages about changes of one event.
const BETWEEN: Duration = Duration::from_secs(600);

/// What guests know of an event's changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    pub event_id: EventId,
    /// Time of the last message.
    pub told_at: Time,
    /// Time of the next message, if there are changes that guests do not know.
    pub due: Option<Time>,
}

impl Telling {
    /// After a change at `now`, and whether guests are told of it at once.
    pub fn of_change(before: Option<&Self>, event_id: EventId, now: Time) -> (Self, bool) {
        let next = before.map(|before| (before.told_at, before.told_at.plus(BETWEEN)));
        match next {
            Some((told_at, due)) if now < due => (Self { event_id, told_at, due: Some(due) }, false),
            _ => (Self { event_id, told_at: now, due: None }, true),
        }
    }

    /// Whether a message is due at a time.
    pub fn is_due(&self, now: Time) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn first_change_is_told_at_once_and_those_within_ten_minutes_together() {
        let start: Time = "2026-12-01T10:00:00Z".parse().unwrap();
        let event = EventId::generate(start, &Random::seeded(1));
        let (first, now) = Telling::of_change(None, event, start);
        assert!(now && first == Telling { event_id: event, told_at: start, due: None });
        for seconds in [0, 1, 599] {
            let (later, now) = Telling::of_change(Some(&first), event, start.plus_seconds(seconds));
            let due = start.plus_seconds(600);
            assert!(!now && later == Telling { event_id: event, told_at: start, due: Some(due) });
            assert_eq!((later.is_due(start.plus_seconds(599)), later.is_due(due)), (false, true));
        }
        assert!(Telling::of_change(Some(&first), event, start.plus_seconds(600)).1);
    }
}
