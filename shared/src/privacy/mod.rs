//! A person's rights over their data, across all that we hold: to read it, and to have it erased.

pub mod error;
pub mod holdings;
pub mod service;
