//! What the system holds of a person: each domain that holds something says what it is, and erases it. Export and erasure ask all
//! of them, and know none by name.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::id::UserId;

/// A person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The user.
    pub user_id: UserId,
    /// The Telegram account, by which the bot knows the person.
    pub telegram_id: i64,
}

/// Members of an export. Each domain's have names of their own.
pub type ExportSection = Map<String, Value>;

/// A domain that holds something of people.
pub trait PersonalData: Debug + Send + Sync {
    /// What it holds of a person.
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>>;

    /// Erases it, or what of it names the person. An erasure that was interrupted is begun again: what is gone stays gone.
    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>>;
}

/// The members of a value that is an object.
pub fn section(value: &impl Serialize) -> Result<ExportSection, ApiError> {
    match serde_json::to_value(value).map_err(ApiError::internal)? {
        Value::Object(members) => Ok(members),
        _ => Ok(ExportSection::new()),
    }
}
