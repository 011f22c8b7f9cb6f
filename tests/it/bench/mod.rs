//! What is measured and not only tested: `make bench` runs these, one at a time, on optimised binaries. `make test`
//! leaves them out (`.config/nextest.toml`).

mod agenda;
mod expansion;
mod rate;
mod rush;

/// A size that the environment may set.
fn size(name: &str, default: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}
