//! One module for each outside system.

pub mod aws;
pub mod email;
pub mod http;
pub mod secrets;
pub mod storage;
pub mod telegram;
