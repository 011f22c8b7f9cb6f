//! Conferences: what everything else of a conference week hangs from.

pub mod error;
mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;
