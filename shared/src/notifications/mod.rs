//! Notifications: what users are told, in their feed and on Telegram, one by one or a whole audience.

pub mod message;
