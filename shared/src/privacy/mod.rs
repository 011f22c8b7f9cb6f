//! A user's rights over their personal data in all domains: export and erasure.

pub mod service;
mod tasks;

use std::sync::Arc;

use crate::auth::service::SessionService;
use crate::personal_data::PersonalData;
use crate::platform::Platform;
use crate::users;
use service::PrivacyService;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Export and erasure.
    pub service: PrivacyService,
}

impl Domain {
    /// The rights of users over what these domains hold, users themselves aside.
    pub fn new(
        platform: &Platform,
        users: &users::Domain,
        sessions: SessionService,
        holders: Vec<Box<dyn PersonalData>>,
    ) -> Self {
        Self { service: PrivacyService::new(platform, users.service.clone(), sessions, Arc::from(holders)) }
    }
}
