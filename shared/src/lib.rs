//! The library behind every function of the IBW backend.
//!
//! The way through it is `function -> <domain>::service -> <domain>::repository -> dynamo`; imports run that way only,
//! and a test in `tests/` reads the `use` lines to keep it so. `docs/ARCHITECTURE.md` walks through a request.

pub mod agenda;
pub mod app;
pub mod attempt;
pub mod attendees;
pub mod audit;
pub mod auth;
pub mod calendar;
pub mod checkin;
pub mod clients;
pub mod code_hash;
pub mod conferences;
pub mod config;
pub mod control;
pub mod deadline;
pub mod dynamo;
pub mod error;
pub mod events;
pub mod expected;
pub mod http;
pub mod ical;
pub mod id;
pub mod media;
pub mod notifications;
pub mod one_time_code;
pub mod page;
pub mod pairing;
pub mod personal_data;
pub mod platform;
pub mod privacy;
pub mod queue;
pub mod random;
pub mod rate_limit;
pub mod scheduled;
pub mod speakers;
pub mod tasks;
pub mod telegram;
pub mod telemetry;
pub mod text;
pub mod time;
pub mod url;
pub mod users;
