//! Notifications: what users are told, in their feed and on Telegram, one by one or a whole audience.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod audience;
mod builtin;
pub mod chunk;
pub mod content;
pub mod error;
pub mod group;
pub mod html;
pub mod items;
pub mod job;
pub mod keys;
pub mod lead;
pub mod messages;
pub mod model;
pub mod notice;
pub mod pace;
pub mod preferences;
pub mod repository;
pub mod service;
pub mod template;
pub mod view;
