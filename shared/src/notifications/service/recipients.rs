//! The recipients of a job and their deliveries: in pages, and as one file.

use super::NotificationService;
use crate::notifications::chunk::Addressee;
use crate::notifications::error::NotificationError;
use crate::notifications::model::{DeliveryState, JobId};
use crate::notifications::repository::NotificationRepository;
use crate::notifications::view::Recipient;
use crate::page::{Page, PageRequest};

/// Chunks read in one request.
const READ: usize = 100;
/// Requests that a page may make to find recipients of one state. The cursor continues where they end, so no request
/// reads all 4,000 chunks.
const REQUESTS: usize = 4;

/// All recipients of a job, as CSV (RFC 4180): `user_id,group,state,reason,at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export(pub Vec<u8>);

impl NotificationService {
    /// A page of a job's recipients in the order of expansion, filtered by state if set. A filtered page can have fewer
    /// items than the limit although there are more pages.
    pub async fn recipients(
        &self,
        id: JobId,
        state: Option<DeliveryState>,
        page: &PageRequest,
    ) -> Result<Page<Recipient>, NotificationError> {
        self.progress.job(id).await?;
        let context = [format!("recipients:{state:?}"), id.to_string()];
        let start = page.after(&context)?;
        // The chunk, and the row in it, to go on with.
        let (mut number, mut position): (u32, usize) = start.unwrap_or_default();
        let mut items = Vec::new();
        for _ in 0..REQUESTS {
            let after = number.checked_sub(1).map(|last| NotificationRepository::chunk_position(id, last));
            let found = self.repository.chunks(id, READ, after).await?;
            for chunk in &found.items {
                for (row, recipient) in chunk.rows.iter().map(Recipient::from).enumerate().skip(position) {
                    if items.len() == page.limit {
                        return Ok(page.page(&context, items, Some((chunk.number, row))));
                    }
                    if state.is_none_or(|state| state == recipient.state) {
                        items.push(recipient);
                    }
                }
                (number, position) = (chunk.number + 1, 0);
            }
            if found.last.is_none() {
                return Ok(Page { items, next_cursor: None });
            }
        }
        Ok(page.page(&context, items, Some((number, 0usize))))
    }

    /// All recipients of a job.
    pub async fn export(&self, id: JobId) -> Result<Export, NotificationError> {
        self.progress.job(id).await?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let not_written = |error: csv::Error| crate::dynamo::Error::Encode { entity: "csv", reason: error.to_string() };
        writer.write_record(["user_id", "group", "state", "reason", "at"]).map_err(not_written)?;
        let mut after = None;
        loop {
            let found = self.repository.chunks(id, READ, after).await?;
            for recipient in found.items.iter().flat_map(|chunk| &chunk.rows).map(Recipient::from) {
                let (user, group) = match recipient.to {
                    Addressee::User(user) => (user.to_string(), String::new()),
                    Addressee::Group(chat) => (String::new(), chat.to_string()),
                };
                let reason = recipient.reason.map(|reason| reason.to_string()).unwrap_or_default();
                let at = recipient.at.map(|at| at.to_string()).unwrap_or_default();
                writer.write_record([user, group, recipient.state.to_string(), reason, at]).map_err(not_written)?;
            }
            if found.last.is_none() {
                break;
            }
            after = found.last;
        }
        let csv = writer.into_inner().map_err(|error| not_written(error.into_error().into()))?;
        Ok(Export(csv))
    }
}
