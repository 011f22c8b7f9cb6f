//! What the workers behind queues are made of.

use super::duties::{group_sources, media};
use crate::attendees::repository::TicketRepository;
use crate::attendees::service::{Files, Importer};
use crate::clients::aws::Aws;
use crate::clients::storage::SharedStorage;
use crate::clients::telegram::Telegram;
use crate::config::Env;
use crate::dynamo::{Dynamo, Once};
use crate::notifications::pace::Rates;
use crate::notifications::repository::NotificationRepository;
use crate::notifications::service::{Expander, Groups, Pace, Scheduler, Sender};
use crate::random::Random;
use crate::telegram::repository::TelegramRepository;
use crate::telegram::service::Updates;
use crate::time::Clock;
use crate::users::repository::UserRepository;
use crate::users::service::{ChatRecorder, Members, UserService};

/// What the workers behind queues are made of: each takes the parts it needs, and only the delivery has secrets.
#[derive(Clone, Debug)]
pub struct Workers {
    /// For queues and secrets.
    pub aws: Aws,
    dynamo: Dynamo,
    clock: Clock,
    random: Random,
}

impl Workers {
    /// From the environment of a Lambda function.
    pub fn read(env: &mut Env) -> Self {
        let aws = Aws::read(env);
        let dynamo = Dynamo::read(env, &aws);
        Self::new(aws, dynamo, Clock::System, Random::System)
    }

    /// Puts the parts together; tests bring their own.
    pub fn new(aws: Aws, dynamo: Dynamo, clock: Clock, random: Random) -> Self {
        Self { aws, dynamo, clock, random }
    }

    fn repository(&self) -> NotificationRepository {
        NotificationRepository::new(&self.dynamo, self.random.clone())
    }

    /// Looks after jobs.
    pub fn scheduler(&self) -> Scheduler {
        Scheduler::new(self.repository(), self.clock.clone(), self.random.clone())
    }

    /// Lists audiences. Reads `TELEGRAM_GROUPS`, the chats that announcements are posted in.
    pub fn expander(&self, env: &mut Env) -> Expander {
        let chats = env.list("TELEGRAM_GROUPS");
        let chats: Vec<i64> = chats.iter().filter_map(|chat| chat.parse().ok()).collect();
        if chats.len() < env.list("TELEGRAM_GROUPS").len() {
            env.problem("TELEGRAM_GROUPS", "must be ids of chats");
        }
        let members = Members::new(UserRepository::new(&self.dynamo, self.random.clone()));
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let groups = group_sources(&self.dynamo, &random);
        Expander::new(self.repository(), members, groups, chats, clock, random)
    }

    /// Imports tickets from uploads in `storage`.
    pub fn importer(&self, storage: SharedStorage) -> Importer {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let tickets = TicketRepository::new(&self.dynamo, random.clone());
        let media = media(&self.dynamo, Some(storage), clock.clone(), random.clone());
        Importer::new(tickets.clone(), Files::new(tickets, media), clock, random)
    }

    /// Does what follows from what Telegram told the webhook.
    pub fn updates(&self) -> Updates {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let chats = ChatRecorder::new(UserRepository::new(&self.dynamo, random.clone()), clock.clone());
        let telegram = TelegramRepository::new(&self.dynamo, random.clone());
        Updates::new(telegram, chats, Groups::new(self.repository()), clock, random)
    }

    /// Sends to Telegram. Reads the bot's token, the rates, and the `SIGNING_KEY` that users need.
    pub fn sender(&self, env: &mut Env) -> Sender {
        let (clock, random) = (self.clock.clone(), self.random.clone());
        let users = UserRepository::new(&self.dynamo, random.clone());
        let users = UserService::new(users, env.key("SIGNING_KEY"), clock.clone(), random.clone());
        let pace = Pace::new(self.repository(), Rates::read(env), clock.clone());
        let once = Once::new(self.dynamo.table("ephemeral"), clock.clone(), random.clone());
        Sender::new(self.repository(), users, Telegram::read(env), pace, once, clock, random)
    }
}
