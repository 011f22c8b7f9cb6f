//! Agendas: drafts, immutable releases, imports, bookmarks, calendar feeds.
