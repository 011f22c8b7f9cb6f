//! The reads and writes of notifications: feeds, templates, jobs and their recipients, the
//! newest notice about each thing, and the send schedule.

mod causes;
mod chunks;
mod feed;
mod jobs;
mod newest;
mod pace;
mod preferences;
mod reminders;
mod templates;

pub use chunks::RowChange;
pub use feed::Delivered;
pub use jobs::Along;
pub use reminders::NotReminded;

use crate::audit::model::AuditEntry;
use crate::dynamo::{self, OutboxMessage, Table, Transaction};
use crate::platform::Platform;
use crate::random::Random;

#[derive(Clone, Debug)]
pub struct NotificationRepository {
    notifications: Table,
    ephemeral: Table,
    audit: Table,
    random: Random,
}

impl NotificationRepository {
    pub fn new(platform: &Platform) -> Self {
        Self {
            notifications: platform.tables.table("notifications"),
            ephemeral: platform.tables.table("ephemeral"),
            audit: platform.tables.table("audit"),
            random: platform.random.clone(),
        }
    }

    /// Puts a message into the outbox without another change, with the entry of a principal's act.
    pub async fn send(&self, message: &OutboxMessage, entry: Option<&AuditEntry>) -> Result<(), dynamo::Error> {
        let mut transaction = Transaction::<dynamo::Error>::new();
        transaction.put(&self.notifications, message);
        if let Some(entry) = entry {
            transaction.put_new(&self.audit, entry);
        }
        transaction.run(&self.random).await
    }
}
