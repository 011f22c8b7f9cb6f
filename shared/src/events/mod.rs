//! Side events of a conference week, and who takes part: registration, approval, a waitlist with offers that lapse.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod actor;
pub mod calendar;
pub mod code;
pub mod error;
mod items;
pub mod keys;
pub mod listing;
pub mod model;
pub mod notices;
pub mod registration;
pub mod repository;
pub mod seats;
pub mod service;
pub mod share;
pub mod view;
