//! The newest notice about each thing, and what is withdrawn for its sake.

use super::NotificationRepository;
use crate::dynamo::{self, Expression, Query, Transaction};
use crate::id::UserId;
use crate::notifications::keys;
use crate::notifications::model::{Delivery, DeliveryState, Notification, NotificationId, Reason};
use crate::notifications::newest::{Newest, Succession, Wide};
use crate::notifications::notice::Subject;
use crate::notifications::repository::Delivered;
use crate::time::Time;

impl NotificationRepository {
    /// The newest notices that one about this subject may replace, or be replaced by: a user's about the same, or an
    /// audience's about the whole group.
    pub async fn newest(&self, user: Option<UserId>, subject: &Subject) -> Result<Vec<Newest>, dynamo::Error> {
        let Some(user) = user else {
            return self.notifications.query_all(Query::table(&keys::subject_group(&subject.group))).await;
        };
        let same: Option<Newest> = self.notifications.get(&keys::newest_to(user, &subject.group)).await?;
        Ok(same.into_iter().collect())
    }

    /// The last notice about several things of a group.
    pub async fn wide(&self, group: &str) -> Result<Option<Wide>, dynamo::Error> {
        self.notifications.get(&keys::wide(group)).await
    }

    /// Has no send of a notification begun any more. If none is under way, it is skipped, and the feed does not show
    /// it.
    pub async fn withdraw(&self, user: UserId, id: NotificationId, now: Time) -> Result<(), dynamo::Error> {
        let skipped = Delivery::ended(DeliveryState::Skipped, Some(Reason::Replaced), 0, now);
        let state = |state: DeliveryState| {
            let same = Expression::new("telegram.#state = :state").name("#state", "state");
            same.text(":state", state)
        };
        let mark = Expression::new("SET replaced = :yes").value(":yes", &true);
        let key = keys::notification(user, id);
        // A send that is under way may end in between: then the notification is pending again, or it is over.
        for (update, condition) in [
            (super::chunks::withdrawal(&skipped), state(DeliveryState::Pending)),
            (mark, state(DeliveryState::Leased)),
            (super::chunks::withdrawal(&skipped), state(DeliveryState::Pending)),
        ] {
            let changed = self.notifications.update::<Notification>(&key, &update, &condition).await;
            if dynamo::if_held(changed)?.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Makes a notice about something the newest one in the transaction that stores it; [`Delivered::Overtaken`] if
    /// another one was faster.
    pub(super) fn succeed(&self, transaction: &mut Transaction<Delivered>, succession: Option<&Succession>) {
        let Some(Succession { newest, before, wide }) = succession else { return };
        let before = before.as_ref().map(|before| before.id.as_str());
        transaction.put_if(&self.notifications, newest, &unchanged(before), Delivered::Overtaken);
        if newest.user_id.is_some() {
            return;
        }
        let (group, unchanged) = (newest.subject.group.clone(), unchanged(wide.as_ref().map(|wide| wide.id.as_str())));
        if newest.subject.is_wide() {
            let wide = Wide { group, id: newest.id.clone() };
            transaction.put_if(&self.notifications, &wide, &unchanged, Delivered::Overtaken);
        } else {
            transaction.check(&self.notifications, &keys::wide(&group), &unchanged, Delivered::Overtaken);
        }
    }
}

fn unchanged(id: Option<&str>) -> Expression {
    match id {
        Some(id) => Expression::new("#id = :id").name("#id", "id").text(":id", id),
        None => Expression::absent(),
    }
}
