//! The control list: changes of rights that every instance must know within seconds, though a valid token says
//! otherwise.
//!
//! A ban, an ended login session and changed grants are entries of one partition. They stay as long as an access token
//! lives. Each instance reads what is new every few seconds, beside the first other call of a request.

mod items;
pub mod keys;
pub mod model;
pub mod repository;
pub mod service;

use crate::platform::Platform;
use service::ControlList;

/// The domain's services.
#[derive(Clone, Debug)]
pub struct Domain {
    /// What this instance knows of the list.
    pub list: ControlList,
}

impl Domain {
    /// A list that has not been read.
    pub fn new(platform: &Platform) -> Self {
        Self { list: ControlList::new(platform) }
    }
}
