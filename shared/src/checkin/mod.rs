//! Check-in: who may come in where, scans of tickets at the entrances, and how many are inside.

#![allow(missing_docs, reason = "what a name and its type say is not said again; services and views say all")]

pub mod error;
pub mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod scan_log;
pub mod service;
pub mod view;
