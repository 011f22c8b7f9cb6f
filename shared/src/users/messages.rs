//! The messages of the queue `email`, which are tagged, versioned and of ids, and of `email-events`, which SES writes.

use serde::{Deserialize, Serialize};

use crate::id::UserId;
use crate::users::verification::VerificationId;

/// A message of the queue `email`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum EmailMessage {
    /// Mail the code of this verification.
    EmailVerification {
        /// The version of the message.
        v: u32,
        /// Whose verification it is.
        user_id: UserId,
        /// Which one; a later one makes this message void.
        verification_id: VerificationId,
    },
}

/// A message of the queue `email-events`: an event of SES, as EventBridge delivers it. It has more members than these.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct MailEvent {
    /// What SES reports.
    pub detail: MailReport,
}

/// What SES reports of a mail.
// https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "eventType")]
pub enum MailReport {
    /// It was not delivered.
    Bounce {
        /// How.
        bounce: Bounce,
        /// The mail.
        mail: SentMail,
    },
    /// It was delivered, and reported as unwanted.
    Complaint {
        /// How.
        complaint: Complaint,
        /// The mail.
        mail: SentMail,
    },
}

impl MailReport {
    /// The addresses that the mail was sent to.
    pub fn destination(&self) -> &[String] {
        let (Self::Bounce { mail, .. } | Self::Complaint { mail, .. }) = self;
        &mail.destination
    }
}

/// How a mail came back.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Bounce {
    /// `Permanent`, `Transient` or `Undetermined`.
    pub bounce_type: String,
}

/// How a mail was reported.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Complaint {
    /// Such as `abuse` or `not-spam`, if the recipient's provider says so.
    pub complaint_feedback_type: Option<String>,
}

/// A mail that SES has sent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SentMail {
    /// Its recipients.
    pub destination: Vec<String>,
}
