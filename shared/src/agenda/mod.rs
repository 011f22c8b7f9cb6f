//! The agenda of a conference: a draft that organisers write and import, and the numbered releases that everybody reads.

pub mod bookmark;
pub mod diff;
pub mod error;
pub mod filter;
mod items;
pub mod keys;
pub mod model;
pub mod notices;
pub mod reconcile;
pub mod release;
pub mod repository;
pub mod schedule;
pub mod service;
pub mod view;
pub mod warnings;

#[cfg(test)]
mod tests;
