//! The schedule JSON that pretalx and frab export, read and written.
//!
//! Exports differ by program and version. So reading is liberal in form, such as how a person is named or a duration is
//! written. An entry that cannot be understood, such as a session without a time, is left out or read in the next best
//! way, and the report says so; a strict import refuses the file for it. The whole file is read, and each problem names
//! its place.

mod day;
mod file;
mod links;
mod parsed;
mod people;
mod problems;
mod read;
mod references;
mod sessions;
#[cfg(test)]
mod tests;
mod texts;
mod times;
mod write;

pub use file::File;
pub use parsed::{ParsedSession, Schedule};
pub use problems::Problem;
pub use read::read;
pub use write::{Entry, Export, write};
