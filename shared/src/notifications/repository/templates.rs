//! Templates.

use super::NotificationRepository;
use crate::dynamo::{self, Expression, Query};
use crate::notifications::error::NotificationError;
use crate::notifications::keys;
use crate::notifications::template::Template;
use crate::text::Tag;

impl NotificationRepository {
    pub async fn template(&self, name: &Tag) -> Result<Option<Template>, dynamo::Error> {
        self.notifications.get(&keys::template(name)).await
    }

    /// All templates, ordered by name: there are a few dozen.
    pub async fn templates(&self) -> Result<Vec<Template>, dynamo::Error> {
        self.notifications.query_all(Query::table(keys::TEMPLATES)).await
    }

    /// Stores a new template. Its version follows that of a deleted one.
    pub async fn create_template(&self, template: Template) -> Result<Template, NotificationError> {
        let key = keys::template(&template.name);
        let stored = self.notifications.create(&key, |version| Template { version, ..template }).await;
        stored.map_err(|error| error.or(NotificationError::TemplateNameTaken))
    }

    /// Stores the next version of a template.
    pub async fn save_template(&self, template: &Template) -> Result<(), NotificationError> {
        let stored = self.notifications.put(template, &Expression::version(template.version - 1)).await;
        stored.map_err(|error| error.or(NotificationError::PreconditionFailed))
    }

    /// Deletes a template at this version.
    pub async fn delete_template(&self, name: &Tag, version: u64) -> Result<(), NotificationError> {
        let unchanged = Expression::version(version);
        let deleted = self.notifications.retire::<Template>(&keys::template(name), version, &unchanged).await;
        deleted.map_err(|error| error.or(NotificationError::PreconditionFailed))
    }
}
