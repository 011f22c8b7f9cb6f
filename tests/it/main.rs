//! All tests that need more than one crate: functions on an embedded DynamoDB, and the deployed system end to end.

mod auth;
mod frame;
mod structure;
mod support;
mod users;
