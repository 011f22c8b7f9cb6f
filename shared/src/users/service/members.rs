//! Members, for audiences: pages of everybody, and single ones. It is apart from [`super::UserService`] because it needs no
//! signing key, and so the functions that only choose audiences get none.

use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::member::Member;
use crate::users::repository::UserRepository;

/// Reads members.
#[derive(Clone, Debug)]
pub struct Members {
    repository: UserRepository,
}

impl Members {
    /// Of this repository.
    pub fn new(repository: UserRepository) -> Self {
        Self { repository }
    }

    /// Up to `limit` members of one of the [`SHARDS`](crate::users::member::SHARDS) lists, and after whom the next page goes on.
    pub async fn page(
        &self,
        shard: u8,
        after: Option<UserId>,
        limit: usize,
    ) -> Result<(Vec<Member>, Option<UserId>), UserError> {
        let page = self.repository.members(shard, after, limit).await?;
        let next = page.last.and(page.items.last().map(|member| member.user_id));
        Ok((page.items, next))
    }

    /// The members among these users, in the order of `ids`.
    pub async fn of(&self, ids: &[UserId]) -> Result<Vec<Member>, UserError> {
        let mut members = self.repository.members_of(ids).await?;
        members.sort_by_key(|member| ids.iter().position(|id| *id == member.user_id));
        Ok(members)
    }
}
