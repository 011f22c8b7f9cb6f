//! Speakers of a conference, and the user that each of them may be.

pub mod error;
mod items;
pub mod keys;
mod matching;
pub mod model;
pub mod person;
pub mod repository;
pub mod service;
pub mod view;

#[cfg(test)]
mod tests;
