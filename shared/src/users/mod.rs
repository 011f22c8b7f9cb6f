//! Users: the people of the conference, their profiles, their accounts elsewhere, and the directory that finds them.

pub mod contact;
pub mod error;
pub mod handles;
pub mod keys;
pub mod listing;
pub mod mail;
pub mod member;
pub mod model;
pub mod repository;
pub mod service;
pub mod telegram_user;
pub mod verification;
pub mod view;
