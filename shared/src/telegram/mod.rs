//! What the bot hears: commands, blocks, and who is in its groups. What it says is the business of notifications.

pub mod error;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;
pub mod update;
