//! The functions of the backend, listed here and nowhere else: the harness calls them, and the structure tests hold
//! template, documents and sample events against this list.

use ibw::attendees::messages::ImportMessage;
use ibw::http::{Document, Router};
use ibw::notifications::messages::{DeliveryMessage, JobsMessage};
use ibw::telegram::messages::UpdateMessage;
use ibw::users::messages::{EmailMessage, MailEvent};
use serde::de::DeserializeOwned;
use std::any::type_name;

use crate::support::app::TestApp;
use crate::support::request::TestFunction;

/// The functions behind the gateway. A method of [`TestApp`] calls each: `app.users().get("/api/v1/users/me")`.
macro_rules! api {
    ($($function:ident::router),+ $(,)?) => {
        fn api() -> Vec<Function> {
            vec![$(Function {
                name: stringify!($function).replace('_', "-"),
                start: Start::Http(Api { router: ::$function::router, document: ::$function::document }),
            }),+]
        }

        impl TestApp {
            $(
                #[doc = concat!("The `", stringify!($function), "` function.")]
                pub(crate) fn $function(&self) -> TestFunction {
                    self.function(&stringify!($function).replace('_', "-"), ::$function::router())
                }
            )+
        }
    };
}

api!(
    agenda::router,
    attendees::router,
    auth::router,
    checkin::router,
    conferences::router,
    docs::router,
    events::router,
    media::router,
    notifications::router,
    speakers::router,
    telegram::router,
    users::router,
);

/// The functions that something else starts.
fn workers() -> Vec<Function> {
    let lanes = [
        "notification-urgent",
        "notification-caused",
        "notification-reminders",
        "notification-changes",
        "notification-bulk",
    ];
    let lanes = lanes.map(Queue::of::<DeliveryMessage>);
    vec![
        Function::new("attendee-import", Start::Queues(vec![Queue::of::<ImportMessage>("attendee-import")])),
        Function::new(
            "email",
            Start::Queues(vec![Queue::of::<EmailMessage>("email"), Queue::of::<MailEvent>("email-events")]),
        ),
        Function::new("housekeeping", Start::Schedule),
        Function::new("notification-delivery", Start::Queues(lanes.into())),
        Function::new("notification-jobs", Start::Queues(vec![Queue::of::<JobsMessage>("notification-jobs")])),
        Function::new("notification-scheduler", Start::Schedule),
        Function::new("relay", Start::Streams),
        Function::new("telegram-updates", Start::Queues(vec![Queue::of::<UpdateMessage>("telegram-updates")])),
    ]
}

/// All functions, by name.
pub(crate) fn functions() -> Vec<Function> {
    let mut all = api();
    all.extend(workers());
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// A function of the backend.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// The name of its folder, its binary, its sample events and, behind the prefix, of the function on AWS.
    pub(crate) name: String,
    /// What starts it.
    pub(crate) start: Start,
}

impl Function {
    fn new(name: &str, start: Start) -> Self {
        Self { name: name.to_owned(), start }
    }

    /// Its routes, if it is behind the gateway.
    pub(crate) fn api(&self) -> Option<Api> {
        if let Start::Http(api) = self.start { Some(api) } else { None }
    }
}

/// What starts a function.
#[derive(Clone, Debug)]
pub(crate) enum Start {
    /// Requests at the gateway.
    Http(Api),
    /// Records of the tables' streams.
    Streams,
    /// Messages of queues.
    Queues(Vec<Queue>),
    /// The time.
    Schedule,
}

/// The routes of a function behind the gateway. Each use is a `fn`, as building either takes time that not every test
/// has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Api {
    /// Answers requests.
    pub(crate) router: fn() -> Router,
    /// Describes the routes.
    pub(crate) document: fn() -> Document,
}

/// A queue that a function takes messages from.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// Its name behind the prefix.
    pub(crate) name: &'static str,
    /// The type of its messages.
    pub(crate) message: &'static str,
    /// Says what is wrong with a message for this queue.
    pub(crate) check: fn(&str) -> serde_json::Result<()>,
}

impl Queue {
    fn of<M: DeserializeOwned>(name: &'static str) -> Self {
        Self { name, message: type_name::<M>(), check: |message| serde_json::from_str::<M>(message).map(drop) }
    }
}
