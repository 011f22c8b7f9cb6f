//! Check-in lists.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_with::rust::double_option;
use utoipa::ToSchema;

use super::CheckinService;
use crate::attempt;
use crate::attendees::model::TicketType;
use crate::audit::model::{Actor, AuditEntry, Changes};
use crate::checkin::error::CheckinError;
use crate::checkin::model::CheckinList;
use crate::expected::Expected;
use crate::id::CheckinListId;
use crate::page::{Page, PageRequest};
use crate::text::{Line, Slug, distinct, distinct_not_null, not_null, set};
use crate::time::Time;

/// Fields whose values the audit shows.
const SHOWN: [&str; 7] = [
    "name",
    "ticket_types",
    "allow_multiple_entries",
    "allow_entry_after_exit",
    "include_pending",
    "opens_at",
    "closes_at",
];

/// Most ticket types of a list.
const MAX_TYPES: usize = 50;

/// New check-in list.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Main entrance",
    "ticket_types": ["Standard", "VIP"],
    "allow_entry_after_exit": true,
    "opens_at": "2026-11-22T02:30:00Z",
    "closes_at": "2026-11-22T14:30:00Z",
}))]
pub struct NewCheckinList {
    /// Name of the list.
    pub name: Line<100>,
    /// Ticket types that the list lets in, at most 50. Empty: all types.
    #[serde(default, deserialize_with = "distinct")]
    #[schema(max_items = 50)]
    pub ticket_types: BTreeSet<TicketType>,
    /// Whether a ticket may enter any number of times.
    #[serde(default)]
    pub allow_multiple_entries: bool,
    /// Whether a ticket may enter again after an exit.
    #[serde(default)]
    pub allow_entry_after_exit: bool,
    /// Whether the list lets in unpaid tickets.
    #[serde(default)]
    pub include_pending: bool,
    /// Opening time. Default: always open.
    pub opens_at: Option<Time>,
    /// Closing time, not included, after `opens_at`. Default: never closes.
    pub closes_at: Option<Time>,
}

/// Changes to a check-in list. An absent field stays, `null` clears it, a value replaces it.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"name": "Main entrance, day 2", "closes_at": null}))]
pub struct CheckinListPatch {
    /// Name of the list.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub name: Option<Line<100>>,
    /// Ticket types that the list lets in, at most 50. Empty: all types.
    #[serde(deserialize_with = "distinct_not_null")]
    #[schema(nullable = false, max_items = 50)]
    pub ticket_types: Option<BTreeSet<TicketType>>,
    /// Whether a ticket may enter any number of times.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub allow_multiple_entries: Option<bool>,
    /// Whether a ticket may enter again after an exit.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub allow_entry_after_exit: Option<bool>,
    /// Whether the list lets in unpaid tickets.
    #[serde(deserialize_with = "not_null")]
    #[schema(nullable = false)]
    pub include_pending: Option<bool>,
    /// Opening time. `null`: always open.
    #[serde(with = "double_option")]
    pub opens_at: Option<Option<Time>>,
    /// Closing time, not included, after `opens_at`. `null`: never closes.
    #[serde(with = "double_option")]
    pub closes_at: Option<Option<Time>>,
}

impl CheckinService {
    /// A page of a conference's lists, the oldest first.
    pub async fn lists(&self, conference: &Slug, page: &PageRequest) -> Result<Page<CheckinList>, CheckinError> {
        let context = ["checkin-lists", conference.as_str()];
        let after = page.after(&context)?;
        let (there, found) =
            tokio::join!(self.conferences.get(conference), self.repository.lists(conference, page.limit, after));
        there?;
        let found = found?;
        Ok(page.page(&context, found.items, found.last))
    }

    /// Creates a list.
    pub async fn create_list(
        &self,
        actor: &Actor,
        conference: &Slug,
        new: NewCheckinList,
    ) -> Result<CheckinList, CheckinError> {
        let conference = self.conferences.get(conference).await?.slug;
        let now = self.clock.now();
        let id = CheckinListId::of_request(now, &self.random);
        if attempt::is_repeated()
            && let Some(list) = self.repository.list(&conference, id).await?
        {
            return Ok(list);
        }
        let list = CheckinList {
            id,
            conference,
            name: new.name,
            ticket_types: new.ticket_types,
            allow_multiple_entries: new.allow_multiple_entries,
            allow_entry_after_exit: new.allow_entry_after_exit,
            include_pending: new.include_pending,
            opens_at: new.opens_at,
            closes_at: new.closes_at,
            version: 1,
            created_at: now,
            updated_at: now,
            used: false,
        };
        check(&list)?;
        self.repository.create(&list, &self.entry(actor, "checkin_list.create", None, Some(&list))).await?;
        Ok(list)
    }

    /// Changes a list at version `expected`. Earlier scans keep their results.
    pub async fn update_list(
        &self,
        actor: &Actor,
        conference: &Slug,
        id: CheckinListId,
        patch: CheckinListPatch,
        expected: &Expected,
    ) -> Result<CheckinList, CheckinError> {
        let old = self.list_at_version(conference, id, expected).await?;
        let mut list = old.clone();
        set(&mut list.name, patch.name);
        set(&mut list.ticket_types, patch.ticket_types);
        set(&mut list.allow_multiple_entries, patch.allow_multiple_entries);
        set(&mut list.allow_entry_after_exit, patch.allow_entry_after_exit);
        set(&mut list.include_pending, patch.include_pending);
        set(&mut list.opens_at, patch.opens_at);
        set(&mut list.closes_at, patch.closes_at);
        check(&list)?;
        list.stamp(self.clock.now());
        self.repository.save(&list, &self.entry(actor, "checkin_list.update", Some(&old), Some(&list))).await?;
        Ok(list)
    }

    /// Deletes a list at version `expected`, unless a ticket was scanned at it.
    pub async fn delete_list(
        &self,
        actor: &Actor,
        conference: &Slug,
        id: CheckinListId,
        expected: &Expected,
    ) -> Result<(), CheckinError> {
        let list = self.list_at_version(conference, id, expected).await?;
        if self.repository.is_in_use(id).await? {
            return Err(CheckinError::InUse);
        }
        let entry = self.entry(actor, "checkin_list.delete", Some(&list), None);
        match self.repository.delete(&list, &entry).await {
            // Either the list was changed at the same time, or a ticket was let in.
            Err(CheckinError::PreconditionFailed) => {
                self.list_at_version(conference, id, &list.version.into()).await?;
                Err(CheckinError::InUse)
            }
            deleted => deleted,
        }
    }

    /// What the audit has of a change from `old` to `new`.
    fn entry(&self, actor: &Actor, action: &str, old: Option<&CheckinList>, new: Option<&CheckinList>) -> AuditEntry {
        let path = |list: &CheckinList| format!("conferences/{}/checkin/lists/{}", list.conference, list.id);
        let (object, changes) = (old.or(new).map(path).unwrap_or_default(), Changes::between(old, new, &SHOWN));
        AuditEntry::new(actor, action, object, changes, self.clock.now(), &self.random)
    }

    async fn list_at_version(
        &self,
        conference: &Slug,
        id: CheckinListId,
        expected: &Expected,
    ) -> Result<CheckinList, CheckinError> {
        let list = self.list(conference, id).await?;
        if expected.has(list.version) { Ok(list) } else { Err(CheckinError::PreconditionFailed) }
    }
}

fn check(list: &CheckinList) -> Result<(), CheckinError> {
    let invalid = |field: &str, message| Err(CheckinError::Invalid { field: field.to_owned(), message });
    if list.ticket_types.len() > MAX_TYPES {
        return invalid("ticket_types", "must have at most 50 ticket types");
    }
    match (list.opens_at, list.closes_at) {
        (Some(opens), Some(closes)) if closes <= opens => invalid("closes_at", "must be after `opens_at`"),
        _ => Ok(()),
    }
}
