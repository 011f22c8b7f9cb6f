//! Everybody's leads, for whoever reminds.

use crate::dynamo;
use crate::notifications::lead::Leads;
use crate::notifications::repository::NotificationRepository;

/// Reads leads. It is apart from [`super::NotificationService`] because it needs no signing key.
#[derive(Clone, Debug)]
pub struct LeadReader {
    repository: NotificationRepository,
}

impl LeadReader {
    /// Of this repository.
    pub fn new(repository: NotificationRepository) -> Self {
        Self { repository }
    }

    /// Everybody's leads now.
    pub async fn read(&self) -> Result<Leads, dynamo::Error> {
        Ok(Leads::new(self.repository.leads().await?))
    }
}
