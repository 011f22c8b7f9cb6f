//! Templates.

use super::NotificationRepository;
use crate::audit::model::AuditEntry;
use crate::dynamo::{self, Entity, Expression, Query, Transaction};
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
    pub async fn create_template(&self, template: Template, entry: &AuditEntry) -> Result<Template, NotificationError> {
        let vacancy = self.notifications.vacancy(&template.key()).await;
        let (version, vacant) = vacancy.map_err(|error| error.or(NotificationError::TemplateNameTaken))?;
        let template = Template { version, ..template };
        let mut transaction = Transaction::new();
        transaction.put_if(&self.notifications, &template, &vacant, NotificationError::TemplateNameTaken);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await?;
        Ok(template)
    }

    /// Stores the next version of a template.
    pub async fn save_template(&self, template: &Template, entry: &AuditEntry) -> Result<(), NotificationError> {
        let (before, otherwise) = (Expression::version(template.version - 1), NotificationError::PreconditionFailed);
        let mut transaction = Transaction::new();
        transaction.put_if(&self.notifications, template, &before, otherwise);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }

    /// Deletes a template at this version.
    pub async fn delete_template(&self, template: &Template, entry: &AuditEntry) -> Result<(), NotificationError> {
        let (version, key, otherwise) = (template.version, template.key(), NotificationError::PreconditionFailed);
        let unchanged = Expression::version(version);
        let mut transaction = Transaction::new();
        transaction.retire::<Template>(&self.notifications, &key, version, &unchanged, otherwise);
        transaction.put_new(&self.audit, entry);
        transaction.run(&self.random).await
    }
}
