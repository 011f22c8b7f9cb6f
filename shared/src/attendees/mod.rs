//! Attendees: tickets, where they come from and whose they are.

pub mod error;
pub mod keys;
pub mod model;
pub mod qr;
pub mod repository;
pub mod service;
