//! Jobs and deliveries, from the start to the last recipient: workers on a database, with a fake Telegram and queues
//! that a test delivers from.

mod answers;
mod control;
mod crash;
mod expansion;
pub(crate) mod fake;
mod held;
mod instance;
mod lost;
pub(crate) mod organiser;
pub(crate) mod pace;
pub(crate) mod queues;
pub(crate) mod rush;
mod skips;
mod sweep;
mod urgent;
mod waiting;
pub(crate) mod world;
