//! Users: the people of the conference, their profiles, their accounts elsewhere, and the directory that finds them.

pub mod contact;
pub mod error;
pub mod handles;
mod items;
pub mod keys;
pub mod listing;
pub mod member;
pub mod messages;
pub mod model;
pub mod repository;
pub mod service;
pub mod telegram_user;
pub mod verification;
pub mod view;
