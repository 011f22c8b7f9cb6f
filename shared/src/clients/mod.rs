//! One module for each outside system.

pub mod aws;
pub mod email;
pub mod http;
mod in_time;
pub mod secrets;
pub mod storage;
pub mod telegram;
