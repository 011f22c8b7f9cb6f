//! Counts of wrong codes, by account, network and conference.

use crate::attendees::keys;
use crate::dynamo::{self, Table};
use crate::id::UserId;
use crate::platform::Platform;
use crate::text::Slug;
use crate::time::Time;

/// Seconds of a window.
const WINDOW: i64 = 600;

/// Numbers of wrong codes in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongClaims {
    /// Of the account.
    pub account: u64,
    /// Of the network, if it is known.
    pub network: u64,
    /// Of the conference. 0 if it could not be counted.
    pub conference: u64,
    /// Seconds until the window ends.
    pub left: u64,
}

/// Counts wrong codes in the table `ephemeral`.
#[derive(Clone, Debug)]
pub struct WrongClaimCounter {
    ephemeral: Table,
}

impl WrongClaimCounter {
    /// On the table of this deployment.
    pub fn new(platform: &Platform) -> Self {
        Self { ephemeral: platform.tables.table("ephemeral") }
    }

    /// Counts a wrong code: three requests at once.
    pub async fn count(
        &self,
        conference: &Slug,
        user: UserId,
        network: Option<&str>,
        now: Time,
    ) -> Result<WrongClaims, dynamo::Error> {
        let window = now.seconds().div_euclid(WINDOW);
        let end = (window + 1) * WINDOW;
        let count = |of: String| async move {
            let key = keys::wrong_claims(&of, window);
            // A minute more, so that a count outlives the differences between clocks.
            self.ephemeral.count(&key, end + 60).await
        };
        let account = count(user.to_string());
        let network = async {
            match network {
                Some(network) => count(network.to_owned()).await,
                None => Ok(0),
            }
        };
        // Many write this item in an attack. It refuses nobody, so it may fail.
        let conference = async {
            let counted = count(format!("conference:{conference}")).await;
            Ok(counted.inspect_err(|error| tracing::warn!(%error, "attendees.wrong_claim_not_counted")).unwrap_or(0))
        };
        let (account, network, conference) = tokio::try_join!(account, network, conference)?;
        Ok(WrongClaims { account, network, conference, left: (end - now.seconds()).unsigned_abs() })
    }
}
