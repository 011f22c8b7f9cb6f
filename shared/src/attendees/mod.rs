//! Attendees: tickets, where they come from and whose they are.

pub mod error;
pub mod file;
pub mod import;
mod items;
pub mod keys;
pub mod messages;
pub mod model;
pub mod qr;
pub mod repository;
pub mod service;
pub mod signature;
pub mod source;
pub mod view;
pub mod webhook;
