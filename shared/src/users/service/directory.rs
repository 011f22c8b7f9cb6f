//! The directory: all users, or users of a role, ecosystem or topic, or users with a word that begins with the search
//! text.
//!
//! One list is read, and the other criteria filter it. A page is one query and one batch read, whatever the number of
//! users.

use std::collections::{HashMap, HashSet};

use super::UserService;
use crate::dynamo::Position;
use crate::id::UserId;
use crate::page::{Page, PageRequest};
use crate::text::Tag;
use crate::users::error::UserError;
use crate::users::listing::{Listing, indexed_words};
use crate::users::model::{Facet, User, Viewer, Visibility};

/// Entries that one request may read if a filter applies (about 300 KB).
const FILTERED_READ: usize = 1000;

/// Filters of the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectoryQuery {
    /// Search text. Each word must begin a word of the name, username or organisation.
    pub q: Option<String>,
    /// Only of this role.
    pub role: Option<Tag>,
    /// Only of this ecosystem.
    pub ecosystem: Option<Tag>,
    /// Only with this topic.
    pub topic: Option<Tag>,
}

impl DirectoryQuery {
    /// The list to read, and the lists that filter it; `None` if the search text has no word, so that nobody matches.
    fn plan(&self, viewer: &Viewer) -> Option<(Facet, Vec<Facet>)> {
        let mut prefixes = indexed_words(self.q.as_deref().unwrap_or_default());
        if self.q.is_some() && prefixes.is_empty() {
            return None;
        }
        // The longest word has the shortest list.
        prefixes.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        let tags = [
            self.topic.clone().map(Facet::Topic),
            self.ecosystem.clone().map(Facet::Ecosystem),
            self.role.clone().map(Facet::Role),
            matches!(viewer, Viewer::Anonymous | Viewer::Outsider(_)).then_some(Facet::Public),
        ];
        let mut criteria = prefixes.into_iter().map(Facet::Word).chain(tags.into_iter().flatten());
        Some((criteria.next().unwrap_or(Facet::All), criteria.collect()))
    }
}

impl UserService {
    /// A page of the directory. With several criteria a page can have fewer users than its limit and still a next page.
    pub async fn directory(
        &self,
        query: &DirectoryQuery,
        viewer: &Viewer,
        page: &PageRequest,
    ) -> Result<Page<User>, UserError> {
        // The list that is read depends on it, so it is asked first.
        let viewer = &self.admitted(viewer).await?;
        let Some((list, others)) = query.plan(viewer) else {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        };
        let context = [format!("users:{query:?}"), format!("{viewer:?}")];
        let after = page.after(&context)?;
        // One more than the page, to know whether there is a next one.
        let read = if others.is_empty() { page.limit + 1 } else { FILTERED_READ };
        let found = self.repository.list(&list, &others, read, after).await?;
        let (mut entries, mut next) = (found.items, found.last);
        if entries.len() > page.limit {
            entries.truncate(page.limit);
            next = entries.last().map(Position::of);
        }
        if let Facet::Word(prefix) = &list {
            entries.retain(|entry| entry.is_first_for(prefix));
        }
        let items = self.profiles(&entries, viewer).await?;
        Ok(page.page(&context, items, next))
    }

    /// The profiles of entries, in their order. An entry can be older than the profile, so the profile decides what is
    /// visible.
    async fn profiles(&self, entries: &[Listing], viewer: &Viewer) -> Result<Vec<User>, UserError> {
        let mut ids: Vec<UserId> = entries.iter().map(|entry| entry.user_id).collect();
        // The index is eventually consistent: after a change of name it can have the old and the new entry.
        let mut seen = HashSet::new();
        ids.retain(|id| seen.insert(*id));
        let mut found: HashMap<UserId, User> =
            self.repository.by_ids(&ids).await?.into_iter().map(|user| (user.id, user)).collect();
        let listed = |user: &User| user.is_visible_to(viewer) && user.visibility != Visibility::Private && !user.erased;
        Ok(ids.iter().filter_map(|id| found.remove(id)).filter(listed).collect())
    }
}
