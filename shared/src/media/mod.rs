//! Uploads: what users and organisers store, checked before it is shown.

pub mod error;
mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;
mod signature;
pub mod view;
