//! Attendees: tickets, where they come from and whose they are.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

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
