//! The email worker: each message of the queue `email` names a mail, which is sent once.

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use ibw::clients::email::MailError;
use ibw::queue::{Consumer, Message, Outcome};
use ibw::users::messages::EmailMessage;
use ibw::users::service::{Mailed, MailingError, VerificationMailer};

/// Sends the mails that messages name.
#[derive(Clone, Debug)]
pub struct Worker {
    consumer: Consumer,
    mailer: VerificationMailer,
}

impl Worker {
    /// Takes messages from the consumer's queue.
    pub fn new(consumer: Consumer, mailer: VerificationMailer) -> Self {
        Self { consumer, mailer }
    }

    /// Handles a batch. The answer names the messages to deliver again. A record without a message id fails the batch.
    pub async fn handle(&self, event: SqsEvent) -> Result<SqsBatchResponse, lambda_runtime::Error> {
        let one = |message| {
            let mailer = self.mailer.clone();
            async move { handle_message(&mailer, &message).await }
        };
        Ok(self.consumer.handle_batch(event, one).await?)
    }
}

async fn handle_message(mailer: &VerificationMailer, message: &Message) -> Outcome {
    let Some(EmailMessage::EmailVerification { user_id, verification_id, .. }) = parse(&message.body) else {
        return Outcome::Poison("not a message of this version");
    };
    match mailer.mail(user_id, verification_id, &message.dedupe_key).await {
        Ok(Mailed::Sent | Mailed::Void) => Outcome::Done,
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
