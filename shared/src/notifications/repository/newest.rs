//! The newest notice about each thing, and what is withdrawn for its sake.

use super::NotificationRepository;
use crate::dynamo::{self, Expression, Query, Transaction};
use crate::id::UserId;
use crate::notifications::keys;
use crate::notifications::model::{Delivery, DeliveryState, Notification, NotificationId, Reason};
use crate::notifications::newest::{Newest, Succession};
use crate::notifications::notice::Subject;
use crate::notifications::repository::Delivered;
use crate::time::Time;

impl NotificationRepository {
    /// The newest notices that one about this subject has to do with: about the same, about the whole, and for one about
    /// the whole, those about parts.
    pub async fn newest(&self, user: Option<UserId>, subject: &Subject) -> Result<Vec<Newest>, dynamo::Error> {
        if user.is_none() && subject.part.is_none() {
            return self.notifications.query_all(Query::table(&keys::subject_group(&subject.group))).await;
        }
        let same = keys::newest(user, subject);
        let whole = keys::newest(user, &subject.whole());
        let keys = if same == whole { vec![same] } else { vec![same, whole] };
        self.notifications.batch_get(&keys, &self.random).await
    }

    /// Skips a notification that is not sent, and hides it.
    pub async fn withdraw(&self, user: UserId, id: NotificationId, now: Time) -> Result<(), dynamo::Error> {
        let skipped = Delivery::ended(DeliveryState::Skipped, Some(Reason::Replaced), 0, now);
        let update = super::chunks::withdrawal(&skipped);
        let waiting = Expression::new("telegram.#state = :pending").name("#state", "state");
        let waiting = waiting.text(":pending", DeliveryState::Pending);
        let key = keys::notification(user, id);
        dynamo::if_held(self.notifications.update::<Notification>(&key, &update, &waiting).await).map(|_| ())
    }

    /// Makes a notice the newest one in the transaction that stores it; [`Delivered::Overtaken`] if another one was
    /// faster.
    pub(super) fn succeed(&self, transaction: &mut Transaction<Delivered>, succession: &Succession) {
        let Succession { newest, before, whole } = succession;
        transaction.put_if(&self.notifications, newest, &unchanged(before.as_ref()), Delivered::Overtaken);
        if newest.subject.part.is_some() {
            let key = keys::newest(newest.user_id, &newest.subject.whole());
            transaction.check(&self.notifications, &key, &unchanged(whole.as_ref()), Delivered::Overtaken);
        }
    }
}

fn unchanged(before: Option<&Newest>) -> Expression {
    match before {
        Some(before) => Expression::new("#id = :id").name("#id", "id").text(":id", &before.id),
        None => Expression::absent(),
    }
}
