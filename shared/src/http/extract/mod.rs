//! Bodies, queries and path parameters. What is invalid is refused with the name of the field.

mod body;
mod json;
mod misread;
mod page;
mod path;
mod query;

pub(super) use body::read_body;
pub use body::{Body, ForeignJson, Json};
pub use page::Paged;
pub use path::{Path, Paths};
pub use query::Query;
