//! What tests and tools need of all functions at once.

pub mod openapi;
