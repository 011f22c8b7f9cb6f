//! What users want to be told, and who does not want to see a category in the feed.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::NotificationRepository;
use crate::dynamo::{self, Entity, Key, Query, Transaction};
use crate::id::UserId;
use crate::notifications::keys;
use crate::notifications::model::Category;
use crate::notifications::preferences::Preferences;

impl Entity for Preferences {
    const NAME: &'static str = "preferences";

    fn key(&self) -> Key {
        keys::preferences(self.user_id)
    }
}

/// A user's mark that a category is not to be shown in the feed. Few make any, so whoever writes to 100,000 feeds reads the marks
/// of the category, and not 100,000 preferences.
#[derive(Serialize, Deserialize)]
struct Hidden {
    user_id: UserId,
    category: Category,
}

impl Entity for Hidden {
    const NAME: &'static str = "hidden_category";

    fn key(&self) -> Key {
        keys::hidden(self.user_id, self.category)
    }

    fn index_keys(&self) -> Vec<(&'static str, String)> {
        vec![("gsi1pk", keys::hiding(self.category)), ("gsi1sk", self.user_id.to_string())]
    }
}

impl NotificationRepository {
    /// What a user wants to be told, if they said so.
    pub async fn preferences(&self, user: UserId) -> Result<Option<Preferences>, dynamo::Error> {
        self.notifications.get(&keys::preferences(user)).await
    }

    /// What these users want to be told: those who said so.
    pub async fn preferences_of(&self, users: &[UserId]) -> Result<Vec<Preferences>, dynamo::Error> {
        let keys: Vec<Key> = users.iter().copied().map(keys::preferences).collect();
        self.notifications.batch_get(&keys, &self.random).await
    }

    /// Stores what a user wants to be told, with the marks that follow from it.
    pub async fn save_preferences(&self, preferences: &Preferences) -> Result<(), dynamo::Error> {
        let mut transaction = Transaction::<dynamo::Error>::new();
        transaction.put(&self.notifications, preferences);
        for category in Category::ALL {
            let mark = Hidden { user_id: preferences.user_id, category };
            if preferences.choices.in_app(category) {
                transaction.delete(&self.notifications, &mark.key());
            } else {
                transaction.put(&self.notifications, &mark);
            }
        }
        transaction.run(&self.random).await
    }

    /// Those who do not want to see a category in the feed.
    pub async fn hiding(&self, category: Category) -> Result<HashSet<UserId>, dynamo::Error> {
        let marks: Vec<Hidden> = self.notifications.query_all(Query::gsi1(&keys::hiding(category))).await?;
        Ok(marks.into_iter().map(|mark| mark.user_id).collect())
    }
}
