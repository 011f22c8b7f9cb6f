//! Who is asking: Telegram logins, our own tokens and sessions, API keys, and what each may do.

pub mod api_key;
pub mod config;
pub mod error;
pub mod init_data;
mod items;
pub mod jwt;
pub mod keys;
pub mod login_widget;
pub mod model;
pub mod repository;
pub mod service;
