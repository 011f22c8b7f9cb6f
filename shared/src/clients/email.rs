//! Amazon SES: sends one mail to one address.

use std::time::Duration;

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::config::retry::RetryConfig;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use thiserror::Error;

use super::aws::{Aws, failure_code};
use crate::config::Env;

/// A mail. Not `Debug`: neither address nor content is logged.
pub struct Mail<'a> {
    /// The recipient.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The content, for readers that show no HTML.
    pub text: &'a str,
    /// The content, as HTML.
    pub html: &'a str,
}

/// A mail that SES did not take, with its error code; SES's message may quote the address.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MailError {
    /// This mail will never be taken.
    #[error("SES refuses the mail: {0}")]
    Rejected(String),
    /// It may be taken later. Where the answer was lost, it may even have been taken.
    #[error("SES does not take the mail now: {0}")]
    Unavailable(String),
}

/// What SES means for good; all else (throttling, 5xx, time-outs, a paused or unconfigured account) can pass.
const PERMANENT: [&str; 3] = ["MessageRejected", "MailFromDomainNotVerifiedException", "BadRequestException"];

/// Sends mails.
#[derive(Clone, Debug)]
pub struct Mailer {
    ses: Client,
    from: String,
    configuration_set: String,
    interval: Duration,
}

impl Mailer {
    /// Reads `EMAIL_FROM`, the sender's address; `EMAIL_CONFIGURATION_SET`, which has SES report what came of mails;
    /// and
    /// `MAILS_PER_SECOND`, the rate that SES allows the account.
    pub fn read(env: &mut Env, aws: &Aws) -> Self {
        // The queue tries again. `SendEmail` has no idempotency token, so each try of the SDK's own could be one mail
        // more.
        let config = aws.ses().to_builder().retry_config(RetryConfig::disabled()).build();
        let rate: f64 = env.required("MAILS_PER_SECOND", 1.0);
        if !(1.0..=1000.0).contains(&rate) {
            env.problem("MAILS_PER_SECOND", "must be from 1 to 1000");
        }
        Self {
            ses: Client::from_conf(config),
            from: env.required("EMAIL_FROM", String::new()),
            configuration_set: env.required("EMAIL_CONFIGURATION_SET", String::new()),
            interval: Duration::from_secs_f64(1.0 / rate.clamp(1.0, 1000.0)),
        }
    }

    /// The time between two mails at the rate that SES allows.
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// Sends a mail, in one attempt.
    pub async fn send(&self, mail: &Mail<'_>) -> Result<(), MailError> {
        let content = content(mail).map_err(|_| MailError::Rejected("content".to_owned()))?;
        let to = Destination::builder().to_addresses(mail.to).build();
        let call = self.ses.send_email().from_email_address(&self.from).destination(to).content(content);
        let call = call.configuration_set_name(&self.configuration_set);
        call.send().await.map(|_| ()).map_err(|error| sorted(failure_code(&error)))
    }
}

fn sorted(code: &str) -> MailError {
    let sort = if PERMANENT.contains(&code) { MailError::Rejected } else { MailError::Unavailable };
    sort(code.to_owned())
}

fn content(mail: &Mail<'_>) -> Result<EmailContent, BuildError> {
    let utf8 = |data: &str| Content::builder().data(data).charset("UTF-8").build();
    let body = Body::builder().text(utf8(mail.text)?).html(utf8(mail.html)?).build();
    Ok(EmailContent::builder().simple(Message::builder().subject(utf8(mail.subject)?).body(body).build()).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failure_that_cannot_pass_is_rejected_and_all_others_are_not() {
        assert_eq!(sorted("MessageRejected"), MailError::Rejected("MessageRejected".to_owned()));
        for passing in
            ["TooManyRequestsException", "SendingPausedException", "InternalServiceErrorException", "timeout"]
        {
            assert_eq!(sorted(passing), MailError::Unavailable(passing.to_owned()));
        }
    }
}
