//! Hears what SES reports of mails: an address to which mail cannot go, or whose owner does not want it, gets no more.

use crate::dynamo;
use crate::one_time_code::OneTimeCodes;
use crate::platform::Platform;
use crate::time::Clock;
use crate::users::contact::EmailAddress;
use crate::users::mailbox::{AddressHashes, Suppression, SuppressionReason};
use crate::users::messages::MailReport;
use crate::users::repository::UserRepository;

/// Stops mail to addresses.
#[derive(Clone, Debug)]
pub struct MailReports {
    users: UserRepository,
    codes: OneTimeCodes,
    clock: Clock,
}

impl MailReports {
    /// On this platform, with the key of addresses.
    pub fn new(platform: &Platform, codes: OneTimeCodes) -> Self {
        Self { users: UserRepository::new(platform), codes, clock: platform.clock.clone() }
    }

    /// Records a report. The same report can come several times.
    pub async fn record(&self, report: &MailReport) -> Result<(), dynamo::Error> {
        let Some(reason) = reason(report) else { return Ok(()) };
        // Each mail has one recipient. The report itself may name the address that a mail was forwarded to.
        let addresses = report.destination().iter().filter_map(|address| address.parse::<EmailAddress>().ok());
        for address in addresses {
            let hash = AddressHashes::of(&address, &self.codes).address;
            self.users.suppress(&Suppression::new(hash, reason, self.clock.now())).await?;
            tracing::info!(?reason, "email.suppressed");
        }
        Ok(())
    }
}

/// Whether a report stops mail. A full mailbox has room later, and a mail that was moved out of the spam folder is
/// wanted.
fn reason(report: &MailReport) -> Option<SuppressionReason> {
    match report {
        MailReport::Bounce { bounce, .. } => (bounce.bounce_type == "Permanent").then_some(SuppressionReason::Bounce),
        MailReport::Complaint { complaint, .. } => {
            let is_praise = complaint.complaint_feedback_type.as_deref() == Some("not-spam");
            (!is_praise).then_some(SuppressionReason::Complaint)
        }
    }
}
