//! Bodies, queries and path parameters, refused with the field's name where they are not as documented.

mod body;
mod misread;
mod page;
mod path;
mod query;

pub(super) use body::read_body;
pub use body::{Body, Json};
pub use page::Paged;
pub use path::{Path, Paths};
pub use query::Query;
