//! Jobs and deliveries, from the start to the last recipient: workers on a database, with a fake Telegram and queues that a test
//! delivers from.

mod crash;
mod fake;
mod fuse;
mod instance;
mod world;
