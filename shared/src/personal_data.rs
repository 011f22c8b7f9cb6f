//! Personal data: each domain that stores some exports and erases it. Export and erasure ask all domains, and know none
//! by name.

use std::fmt::Debug;

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::id::UserId;

/// The user whose data is exported or erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The user.
    pub user_id: UserId,
    /// The Telegram account, by which the bot knows the user.
    pub telegram_id: i64,
}

/// Members of an export. Each domain's have names of their own.
pub type ExportSection = Map<String, Value>;

/// A domain with personal data.
pub trait PersonalData: Debug + Send + Sync {
    /// The personal data of a user.
    fn export(&self, subject: Subject) -> BoxFuture<'_, Result<ExportSection, ApiError>>;

    /// Erases the personal data of a user, or the part of it that identifies the user. It is called again after an
    /// interruption, so it must be repeatable.
    fn erase(&self, subject: Subject) -> BoxFuture<'_, Result<(), ApiError>>;
}

/// The members of a value that is an object.
pub fn section(value: &impl Serialize) -> Result<ExportSection, ApiError> {
    match serde_json::to_value(value).map_err(ApiError::internal)? {
        Value::Object(members) => Ok(members),
        _ => Ok(ExportSection::new()),
    }
}
