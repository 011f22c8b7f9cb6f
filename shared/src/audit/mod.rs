//! The audit: who did what to which object, beyond an ordinary user's own data.
//!
//! An entry is in the transaction of the write that it tells of, so there is never one without the other. Repositories
//! of other domains put it there. Nothing changes or deletes an entry.

mod items;
pub mod keys;
pub mod model;
