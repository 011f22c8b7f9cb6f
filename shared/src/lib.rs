//! The library behind every function of the IBW backend.
//!
//! The way through it is `function -> <domain>::service -> <domain>::repository -> dynamo`; imports run that way only, and
//! a test in `tests/` reads the `use` lines to keep it so. `docs/ARCHITECTURE.md` walks through a request.

pub mod app;
pub mod auth;
pub mod clients;
pub mod config;
pub mod dynamo;
pub mod error;
pub mod http;
pub mod id;
pub mod notifications;
pub mod page;
pub mod privacy;
pub mod queue;
pub mod random;
pub mod telegram;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod url;
pub mod users;
