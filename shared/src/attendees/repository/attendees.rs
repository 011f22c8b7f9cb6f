//! The reads and writes of attendees.

use super::TicketRepository;
use crate::attendees::keys::{self, SHARDS};
use crate::attendees::model::Attendee;
use crate::dynamo::{self, Entity, Expression, Key, Position, Query};
use crate::id::UserId;
use crate::tasks;
use crate::text::Slug;

impl TicketRepository {
    /// The attendee record of a user for a conference.
    pub async fn attendee(&self, conference: &Slug, user: UserId) -> Result<Option<Attendee>, dynamo::Error> {
        self.conferences.get(&keys::attendee(conference, user)).await
    }

    /// The attendee records of a user.
    pub async fn attendances(&self, user: UserId) -> Result<Vec<Attendee>, dynamo::Error> {
        self.conferences.query_all(Query::table(&keys::attendances(user))).await
    }

    /// Lists an attendee in the directory, or removes them; `None` if the user has no ticket.
    pub async fn set_listed(
        &self,
        conference: &Slug,
        user: UserId,
        listed: bool,
    ) -> Result<Option<Attendee>, dynamo::Error> {
        let update = if listed {
            Expression::new("SET listed = :listed, gsi2pk = :gsi2pk, gsi2sk = :gsi2sk")
                .text(":gsi2pk", keys::directory(conference))
                .text(":gsi2sk", user)
        } else {
            Expression::new("SET listed = :listed REMOVE gsi2pk, gsi2sk")
        };
        let update = update.value(":listed", &listed);
        let condition = Expression::new("tickets > :none").number(":none", 0);
        dynamo::if_held(self.conferences.update(&keys::attendee(conference, user), &update, &condition).await)
    }

    /// A page of the directory, in the order of user ids.
    pub async fn directory(
        &self,
        conference: &Slug,
        read: usize,
        after: Option<Position>,
    ) -> Result<dynamo::Page<Attendee>, dynamo::Error> {
        let with_ticket = Expression::new("tickets > :none").number(":none", 0);
        let query = Query::gsi2(&keys::directory(conference)).filter(with_ticket).limit(read).after(after);
        self.conferences.query(query).await
    }

    /// All attendees of a conference. The shards are read at once.
    pub async fn attendees(&self, conference: &Slug) -> Result<Vec<UserId>, dynamo::Error> {
        let reading = (0..SHARDS).map(|shard| {
            let (repository, conference) = (self.clone(), conference.clone());
            async move {
                let with_ticket = Expression::new("tickets > :none").number(":none", 0);
                let query = Query::gsi1(&keys::attendees(&conference, shard)).filter(with_ticket);
                repository.conferences.query_all::<Attendee>(query).await
            }
        });
        let lists: Vec<Vec<Attendee>> = tasks::all(reading).await?;
        Ok(lists.into_iter().flatten().map(|attendee| attendee.user_id).collect())
    }

    /// Deletes attendee records.
    pub async fn forget(&self, attendances: &[Attendee]) -> Result<(), dynamo::Error> {
        let keys: Vec<Key> = attendances.iter().map(Entity::key).collect();
        self.conferences.batch_delete(&keys, &self.random).await
    }
}
