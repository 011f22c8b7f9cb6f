//! The email worker: each message of the queue `email` names a mail, which is sent once. Those of `email-events` say what
//! came of mails.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::clients::email::MailError;
use ibw::queue::{Consumer, Message, Outcome};
use ibw::users::messages::{EmailMessage, MailEvent};
use ibw::users::service::{MailReports, Mailed, MailingError, VerificationMailer};

/// The name of the queue of events in the function's variables.
pub const EVENTS: &str = "EVENTS";

/// Sends the mails that messages name, and hears what came of them.
#[derive(Clone, Debug)]
pub struct Worker {
    mails: Consumer,
    mailer: VerificationMailer,
    events: Consumer,
    reports: MailReports,
}

impl Worker {
    /// Takes mails from one queue, and events from another.
    pub fn new(mails: Consumer, mailer: VerificationMailer, events: Consumer, reports: MailReports) -> Self {
        Self { mails, mailer, events, reports }
    }

    /// Handles a batch of one of the queues. The answer names the messages to deliver again. A record without a message
    /// id fails the batch.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let queue = event.records.first().and_then(|record| record.event_source_arn.as_deref()).unwrap_or_default();
        if self.events.takes_from(queue) {
            let one = |message| {
                let reports = self.reports.clone();
                async move { hear(&reports, &message).await }
            };
            return Ok(self.events.handle_batch(event, one).await?);
        }
        let one = |message| {
            let mailer = self.mailer.clone();
            async move { handle_message(&mailer, &message).await }
        };
        Ok(self.mails.handle_batch(event, one).await?)
    }
}

async fn handle_message(mailer: &VerificationMailer, message: &Message) -> Outcome {
    let Some(EmailMessage::EmailVerification { user_id, verification_id, .. }) = parse(&message.body) else {
        return Outcome::Poison("not a message of this version");
    };
    match mailer.mail(user_id, verification_id, &message.dedupe_key).await {
        Ok(Mailed::Sent | Mailed::SentBefore | Mailed::Void | Mailed::Suppressed) => Outcome::Done,
        Ok(Mailed::InFlight(time)) => Outcome::Retry(Some(time)),
        Err(error) => {
            tracing::warn!(%error, user.id = %user_id, verification.id = %verification_id, "email.failed");
            match error {
                MailingError::Mail(MailError::Rejected(_)) => Outcome::Poison("SES refuses the mail"),
                MailingError::Mail(MailError::Unavailable(_)) | MailingError::Dynamo(_) => Outcome::Retry(None),
            }
        }
    }
}

async fn hear(reports: &MailReports, message: &Message) -> Outcome {
    let Ok(event) = serde_json::from_str::<MailEvent>(&message.body) else {
        return Outcome::Poison("not a bounce or a complaint of SES");
    };
    match reports.record(&event.detail).await {
        Ok(()) => Outcome::Done,
        Err(error) => {
            tracing::warn!(%error, "email.report_failed");
            Outcome::Retry(None)
        }
    }
}

/// The message, if it is one of a version that this code knows.
fn parse(body: &str) -> Option<EmailMessage> {
    let message = serde_json::from_str(body).ok()?;
    match message {
        EmailMessage::EmailVerification { v: 1, .. } => Some(message),
        EmailMessage::EmailVerification { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: &str = "usr_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";
    const VERIFICATION: &str = "ver_01J9ZQ4Y6V3T8K2M5N7P0R1S3W";

    fn body(kind: &str, v: u32, more: &str) -> String {
        format!(r#"{{"type":"{kind}","v":{v},"user_id":"{USER}","verification_id":"{VERIFICATION}"{more}}}"#)
    }

    #[test]
    fn message_of_version_one_is_read() {
        assert!(parse(&body("email_verification", 1, "")).is_some());
    }

    #[test]
    fn message_of_another_version_type_or_shape_is_refused() {
        let others = [
            body("email_verification", 2, ""),
            body("newsletter", 1, ""),
            body("email_verification", 1, r#","to":"x""#),
        ];
        for other in others.iter().map(String::as_str).chain(["", "null", "[]", "{}", "not JSON"]) {
            assert!(parse(other).is_none(), "{other}");
        }
    }
}
