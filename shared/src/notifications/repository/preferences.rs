//! Preferences, and the marks that follow from them: hidden categories and leads of reminders.

use std::collections::{HashMap, HashSet};

use super::NotificationRepository;
use crate::dynamo::{self, Entity, Key, Query, Transaction};
use crate::id::UserId;
use crate::notifications::items::{Chosen, Hidden};
use crate::notifications::keys;
use crate::notifications::lead::Lead;
use crate::notifications::model::Category;
use crate::notifications::preferences::{Choices, Preferences};

impl NotificationRepository {
    /// A user's preferences, if they were ever set.
    pub async fn preferences(&self, user: UserId) -> Result<Option<Preferences>, dynamo::Error> {
        self.notifications.get(&keys::preferences(user)).await
    }

    /// What these users chose, as far as they ever did.
    pub async fn choices_of(&self, users: &[UserId]) -> Result<HashMap<UserId, Choices>, dynamo::Error> {
        let keys: Vec<Key> = users.iter().copied().map(keys::preferences).collect();
        let stored: Vec<Preferences> = self.notifications.batch_get(&keys, &self.random).await?;
        Ok(stored.into_iter().map(|stored| (stored.user_id, stored.choices)).collect())
    }

    /// Stores a user's preferences and the marks that follow from them.
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
        let chosen = Chosen { user_id: preferences.user_id, lead: preferences.choices.reminder_minutes };
        if chosen.lead == Lead::USUAL {
            transaction.delete(&self.notifications, &chosen.key());
        } else {
            transaction.put(&self.notifications, &chosen);
        }
        transaction.run(&self.random).await
    }

    /// The leads of the users with another than the default.
    pub async fn leads(&self) -> Result<HashMap<UserId, Lead>, dynamo::Error> {
        let chosen: Vec<Chosen> = self.notifications.query_all(Query::gsi1(keys::LEADS)).await?;
        Ok(chosen.into_iter().map(|chosen| (chosen.user_id, chosen.lead)).collect())
    }

    /// The users who hide a category in the feed.
    pub async fn hiding(&self, category: Category) -> Result<HashSet<UserId>, dynamo::Error> {
        let marks: Vec<Hidden> = self.notifications.query_all(Query::gsi1(&keys::hiding(category))).await?;
        Ok(marks.into_iter().map(|mark| mark.user_id).collect())
    }
}
