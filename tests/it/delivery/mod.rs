//! Jobs and deliveries, from the start to the last recipient: workers on a database, with a fake Telegram and queues that a test
//! delivers from.

mod answers;
mod control;
mod crash;
mod fake;
mod fuse;
mod instance;
mod pace;
mod skips;
mod urgent;
mod world;
