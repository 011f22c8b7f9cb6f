//! Somebody's own week, sessions and side events: as a feed for calendar programs, and in reminders before things begin.

pub mod error;
mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;
