//! All tests that need more than one crate: functions on an embedded DynamoDB, and the deployed system end to end.
#![allow(clippy::disallowed_methods, reason = "tests spawn what is to happen at once")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test fails by panicking, and so do its helpers")]

mod agenda;
mod attendees;
mod auth;
mod bench;
mod calendar;
mod checkin;
mod conferences;
mod delivery;
mod docs;
mod dynamo;
mod e2e;
mod email;
mod events;
mod frame;
mod fuzz;
mod housekeeping;
mod lossless;
mod media;
mod notifications;
mod once;
mod queue;
mod relay;
mod rights;
mod speakers;
mod structure;
mod support;
mod telegram;
mod users;
