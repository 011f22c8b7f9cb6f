//! The deployed system: the real template in a local cloud, through its gateway, queues and streams. `make test` starts
//! that cloud; `cargo nextest run` alone leaves these tests out (`.config/nextest.toml`).

mod api;
mod cloud;
mod email;
mod media;
mod notifications;
mod outside;
mod samples;
mod telegram;
mod week;
