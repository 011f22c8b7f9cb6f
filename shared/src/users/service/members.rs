//! Members, for audiences: pages of all members, and single ones.

use super::UserService;
use crate::id::UserId;
use crate::users::error::UserError;
use crate::users::member::Member;

impl UserService {
    /// Up to `limit` members of one of the [`SHARDS`](crate::users::member::SHARDS) lists, and the last of them if
    /// there are more.
    pub async fn members_page(
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
    pub async fn members_of(&self, ids: &[UserId]) -> Result<Vec<Member>, UserError> {
        let mut members = self.repository.members_of(ids).await?;
        members.sort_by_key(|member| ids.iter().position(|id| *id == member.user_id));
        Ok(members)
    }
}
