//! Tickets: imports, the ticketing system's webhook, claims, the directory, and what organisers do with them.

mod audit;
mod claims;
mod crash;
mod directory;
mod files;
mod held;
mod imports;
mod lost;
mod privacy;
mod releases;
mod stalled;
mod tickets;
mod visibility;
pub(crate) mod webhook;
pub(crate) mod world;
mod wrong_codes;
