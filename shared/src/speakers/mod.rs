//! Speakers of a conference: who they are, and which user they are.

pub mod error;
pub mod import;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;
