//! Who is in a group. The domain that knows the group answers, through [`GroupSource`]: so notifications need not know
//! those domains, which use notifications themselves.

use crate::dynamo;
use crate::id::UserId;
use crate::notifications::group::Group;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

/// The users of a group; `None` if the group belongs to another source.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Option<BTreeSet<UserId>>, dynamo::Error>> + Send + 'a>>;

/// A domain that has groups of users.
pub trait GroupSource: Debug + Send + Sync {
    /// The users of the group now.
    fn users<'a>(&'a self, group: &'a Group) -> Answer<'a>;
}

/// The sources of all groups.
#[derive(Clone, Debug)]
pub struct GroupSources(Arc<[Box<dyn GroupSource>]>);

impl GroupSources {
    /// Sources that are asked in this order.
    pub fn new(sources: Vec<Box<dyn GroupSource>>) -> Self {
        Self(sources.into())
    }

    /// The users of these groups now. The result lacks a group that no source knows.
    pub async fn users(&self, groups: &[&Group]) -> Result<HashMap<Group, BTreeSet<UserId>>, dynamo::Error> {
        let mut known = HashMap::new();
        for group in groups.iter().copied() {
            for source in self.0.iter() {
                if let Some(users) = source.users(group).await? {
                    known.insert(group.clone(), users);
                    break;
                }
            }
        }
        Ok(known)
    }
}
