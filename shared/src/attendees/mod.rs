//! Attendees: tickets, where they come from and whose they are.

pub mod qr;
