//! The schedule JSON that pretalx and frab export, read and written.
//!
//! Exports differ by program and version. So reading is liberal in form, such as how a person is named or a duration is
//! written. It is strict where a guess would make the agenda wrong, such as a session without a time, or two sessions
//! with one GUID. The whole file is read, and each problem names its place.

mod day;
mod parsed;
mod people;
mod problems;
mod read;
mod sessions;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod write;

pub use parsed::{ParsedSession, Schedule};
pub use problems::Problem;
pub use read::read;
pub use write::{Entry, Export, write};
