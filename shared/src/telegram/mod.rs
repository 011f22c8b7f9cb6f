//! What the bot hears: commands, blocks, and who is in its groups. What it says is the business of notifications.

pub mod error;
mod items;
pub mod keys;
pub mod messages;
pub mod model;
pub mod repository;
pub mod service;
pub mod update;
