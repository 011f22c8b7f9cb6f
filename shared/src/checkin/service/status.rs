//! Counts of a check-in list. No ticket is read.

use std::collections::BTreeMap;

use super::CheckinService;
use crate::attendees::model::{TicketCount, TicketType};
use crate::checkin::error::CheckinError;
use crate::checkin::model::{CheckinList, Count};
use crate::checkin::view::{ListStatus, TypeStatus};
use crate::id::CheckinListId;
use crate::text::Slug;

impl CheckinService {
    /// How many tickets a list lets in, have entered, and are inside.
    pub async fn status(&self, conference: &Slug, id: CheckinListId) -> Result<ListStatus, CheckinError> {
        let counts = async { Ok::<_, CheckinError>(self.repository.counts(id).await?) };
        let tickets = async { Ok::<_, CheckinError>(self.tickets.counts(conference).await?) };
        let (list, counts, tickets) = tokio::try_join!(self.list(conference, id), counts, tickets)?;
        Ok(status(&list, tickets, counts))
    }
}

fn status(list: &CheckinList, tickets: Vec<TicketCount>, counts: Vec<Count>) -> ListStatus {
    let mut types: BTreeMap<TicketType, TypeStatus> = BTreeMap::new();
    let nothing = |ticket_type: &TicketType| TypeStatus {
        ticket_type: ticket_type.clone(),
        tickets: 0,
        checked_in: 0,
        inside: 0,
        entries: 0,
        exits: 0,
    };
    for count in tickets.iter().filter(|count| list.is_for(&count.ticket_type)) {
        let of_type = types.entry(count.ticket_type.clone()).or_insert_with(|| nothing(&count.ticket_type));
        if list.admits(count.standing) {
            of_type.tickets += count.tickets;
        }
    }
    for count in counts.into_iter().filter(|count| !count.is_nothing()) {
        let of_type = types.entry(count.ticket_type.clone()).or_insert_with(|| nothing(&count.ticket_type));
        (of_type.checked_in, of_type.entries, of_type.exits) = (count.checked_in, count.entries, count.exits);
        of_type.inside = count.entries - count.exits;
    }
    let types: Vec<TypeStatus> = types.into_values().collect();
    let sum = |part: fn(&TypeStatus) -> i64| types.iter().map(part).sum();
    ListStatus {
        id: list.id,
        tickets: sum(|of_type| of_type.tickets),
        checked_in: sum(|of_type| of_type.checked_in),
        inside: sum(|of_type| of_type.inside),
        entries: sum(|of_type| of_type.entries),
        exits: sum(|of_type| of_type.exits),
        types,
    }
}
