//! Lists of events by start, with filters. The status of an event follows from the time, so it is a range of starts: an
//! ongoing event started within the longest duration of an event.

use serde::{Deserialize, Serialize};

use super::EventRepository;
use crate::dynamo::{self, Expression, Page, Position, Query};
use crate::events::details::{Format, LONGEST};
use crate::events::keys;
use crate::events::listing::Listing;
use crate::events::model::{Approval, Event, Status};
use crate::id::UserId;
use crate::text::Slug;
use crate::time::Time;

/// Entries that one request reads for a filtered list (about 400 KB).
const FILTERED_READ: usize = 1000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListQuery {
    pub conference: Option<Slug>,
    pub approval: Approval,
    pub status: Option<Status>,
    pub format: Option<Format>,
    pub from: Option<Time>,
    pub to: Option<Time>,
    /// Beginnings of words. All must match.
    pub words: Vec<String>,
}

/// A position in a list, and the time of its first page. All pages use this time, so a status does not change between
/// pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Time of the first page.
    pub at: Time,
    /// Position to continue after.
    pub after: Option<Position>,
}

impl ListQuery {
    /// The first and the last start; `None` if the filters exclude each other.
    fn range(&self, now: Time) -> Option<(Time, Time)> {
        let (first, last) = match self.status {
            Some(Status::Upcoming) => (Some(later(now, 1)), None),
            Some(Status::Ongoing) => (Some(now.plus_seconds(-LONGEST)), Some(now)),
            Some(Status::Past) => (None, Some(now)),
            Some(Status::Cancelled) | None => (None, None),
        };
        let first = first.into_iter().chain(self.from).max().unwrap_or_default();
        let last = last.into_iter().chain(self.to).min().unwrap_or(Time::MAX);
        (first <= last).then_some((first, last))
    }

    /// The filters that the range does not cover.
    fn filter(&self, now: Time) -> Expression {
        let cancelled = |is: bool| Expression::new("cancelled = :cancelled").value(":cancelled", &is);
        let mut filter = match self.status {
            None => Expression::default(),
            Some(Status::Cancelled) => cancelled(true),
            Some(Status::Upcoming) => cancelled(false),
            Some(Status::Ongoing) => cancelled(false).and(Expression::new("ends_at > :now").text(":now", now)),
            Some(Status::Past) => cancelled(false).and(Expression::new("ends_at <= :now").text(":now", now)),
        };
        if let Some(format) = self.format {
            filter =
                filter.and(Expression::new("#format = :format").name("#format", "format").value(":format", &format));
        }
        for (number, word) in self.words.iter().enumerate() {
            let placeholder = format!(":word{number}");
            let found = Expression::new(format!("contains(#words, {placeholder})")).name("#words", "words");
            filter = filter.and(found.text(&placeholder, format!(" {word}")));
        }
        filter
    }

    const fn index(&self) -> &'static str {
        if self.conference.is_some() { "gsi2" } else { "gsi1" }
    }

    const fn is_filtered(&self) -> bool {
        self.status.is_some() || self.format.is_some() || !self.words.is_empty()
    }
}

fn later(time: Time, millis: u64) -> Time {
    time.plus(std::time::Duration::from_millis(millis))
}

impl EventRepository {
    /// A page of a list, with the position of the next page.
    pub async fn list(&self, query: &ListQuery, moment: Moment, limit: usize) -> Result<Page<Listing>, dynamo::Error> {
        let Some((first, last)) = query.range(moment.at) else { return Ok(Page { items: Vec::new(), last: None }) };
        let list = match &query.conference {
            Some(conference) => Query::gsi2(&keys::conference_list(conference, query.approval)),
            None => Query::gsi1(&keys::list(query.approval)),
        };
        // One more than the page, to know whether there is a next page.
        let read = if query.is_filtered() { FILTERED_READ } else { limit + 1 };
        let list = list.between(&keys::from(first), &keys::up_to(last)).filter(query.filter(moment.at));
        let mut page: Page<Listing> = self.events.query(list.limit(read).after(moment.after)).await?;
        if page.items.len() > limit {
            page.items.truncate(limit);
            page.last = page.items.last().map(|entry| Position::of_index(entry, query.index()));
        }
        Ok(page)
    }

    /// Entries of approved events that start between two times, both included.
    pub async fn starting(&self, first: Time, last: Time) -> Result<Vec<Listing>, dynamo::Error> {
        let list = Query::gsi1(&keys::list(Approval::Approved));
        self.events.query_all(list.between(&keys::from(first), &keys::up_to(last))).await
    }

    /// A page of a host's events, the latest start first.
    pub async fn hosted(
        &self,
        host: UserId,
        limit: usize,
        after: Option<Position>,
    ) -> Result<Page<Event>, dynamo::Error> {
        self.events.query(Query::gsi1(&keys::hosted(host)).backward().limit(limit).after(after)).await
    }

    /// A page of the events that wait for a review, the longest wait first.
    pub async fn unreviewed(&self, limit: usize, after: Option<Position>) -> Result<Page<Event>, dynamo::Error> {
        self.events.query(Query::gsi2(keys::REVIEWS).limit(limit).after(after)).await
    }

    pub async fn all_hosted(&self, host: UserId) -> Result<Vec<Event>, dynamo::Error> {
        self.events.query_all(Query::gsi1(&keys::hosted(host))).await
    }
}
