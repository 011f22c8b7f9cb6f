//! Registrations against a model of them: whatever is done in whatever order, each thing twice, the stored state is the
//! model's.

use std::collections::VecDeque;

use ibw::events::error::EventError;
use ibw::events::registration::RegistrationState;
use ibw::events::repository::EventRepository;
use ibw::events::service::{EventService, Registrar, RegistrationCommand};
use ibw::id::{EventId, UserId};
use ibw::random::Random;
use proptest::prelude::*;
use serde_json::json;

use super::{ORGANISER, people, published, repository, stored, tally};
use crate::support::app::TestApp;
use crate::support::policy::Watch;
use crate::users::entities;

const GUESTS: usize = 6;

/// Something that is done.
#[derive(Clone, Copy, Debug)]
enum Step {
    Register(usize),
    Cancel(usize),
    Accept(usize),
    DeclineOffer(usize),
    Approve(usize),
    Decline(usize),
    Resize(u32),
    /// So many minutes pass, and housekeeping looks at offers.
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let guest = 0..GUESTS;
    prop_oneof![
        4 => guest.clone().prop_map(Step::Register),
        3 => guest.clone().prop_map(Step::Cancel),
        3 => guest.clone().prop_map(Step::Accept),
        1 => guest.clone().prop_map(Step::DeclineOffer),
        1 => guest.clone().prop_map(Step::Approve),
        1 => guest.prop_map(Step::Decline),
        1 => (1u32..5).prop_map(Step::Resize),
        1 => (0i64..150).prop_map(Step::Wait),
    ]
}

/// What should be so.
#[derive(Clone, Debug)]
struct Model {
    capacity: usize,
    states: [Option<RegistrationState>; GUESTS],
    offers: [i64; GUESTS],
    queue: VecDeque<usize>,
    now: i64,
}

impl Model {
    fn taken(&self) -> usize {
        self.states.iter().flatten().filter(|state| state.holds_seat()).count()
    }

    /// Offers what is free to those who wait.
    fn fill(&mut self) {
        while self.taken() < self.capacity {
            let Some(first) = self.queue.pop_front() else { return };
            self.states[first] = Some(RegistrationState::Offered);
            self.offers[first] = self.now + 120;
        }
    }

    fn come(&mut self, guest: usize) {
        if self.taken() < self.capacity {
            self.states[guest] = Some(RegistrationState::Approved);
        } else {
            self.states[guest] = Some(RegistrationState::Waitlisted);
            self.queue.push_back(guest);
        }
    }

    fn leave(&mut self, guest: usize, state: RegistrationState) {
        self.queue.retain(|one| *one != guest);
        self.states[guest] = Some(state);
        self.fill();
    }

    fn apply(&mut self, step: Step) {
        use RegistrationState::{Approved, Cancelled, Declined, Expired, Offered};
        match step {
            Step::Register(guest) => match self.states[guest] {
                None | Some(Cancelled | Expired) => self.come(guest),
                _ => {}
            },
            Step::Cancel(guest) if self.states[guest].is_some_and(RegistrationState::is_live) => {
                self.leave(guest, Cancelled);
            }
            Step::DeclineOffer(guest) if self.states[guest] == Some(Offered) => self.leave(guest, Cancelled),
            Step::Decline(guest) if self.states[guest].is_some_and(RegistrationState::is_live) => {
                self.leave(guest, Declined);
            }
            Step::Approve(guest) if self.states[guest] == Some(Declined) => self.come(guest),
            Step::Accept(guest) if self.states[guest] == Some(Offered) && self.now < self.offers[guest] => {
                self.states[guest] = Some(Approved);
            }
            Step::Resize(capacity) if self.taken() <= capacity as usize => {
                self.capacity = capacity as usize;
                self.fill();
            }
            Step::Wait(minutes) => {
                self.now += minutes;
                let mut due: Vec<usize> = (0..GUESTS)
                    .filter(|guest| self.states[*guest] == Some(Offered) && self.offers[*guest] <= self.now)
                    .collect();
                due.sort_by_key(|guest| self.offers[*guest]);
                for guest in due {
                    self.leave(guest, Expired);
                }
            }
            _ => {}
        }
    }
}

/// What is tested.
struct World {
    app: TestApp,
    events: EventService,
    repository: EventRepository,
    registrar: Registrar,
    event: EventId,
    guests: Vec<UserId>,
}

impl World {
    async fn start(capacity: u32) -> Self {
        let app = TestApp::start().await;
        let host = &people(&app, 100, 1).await[0];
        let event = published(&app, host, json!({"capacity": capacity})).await.parse().unwrap();
        let registrar = Registrar::new(&app.platform(&Watch::over("housekeeping")));
        let guests = (0..GUESTS as i64).map(|n| UserId::generate(app.now().plus_seconds(n), &Random::System)).collect();
        Self {
            events: app.app("events").0.events.service.clone(),
            repository: repository(&app),
            app,
            registrar,
            event,
            guests,
        }
    }

    /// Does it; what a rule is against does nothing.
    async fn apply(&self, step: Step) {
        let (command, guest) = match step {
            Step::Register(guest) => (RegistrationCommand::Register, guest),
            Step::Cancel(guest) => (RegistrationCommand::Cancel, guest),
            Step::Accept(guest) => (RegistrationCommand::Accept, guest),
            Step::DeclineOffer(guest) => (RegistrationCommand::DeclineOffer, guest),
            Step::Approve(guest) => (RegistrationCommand::Approve(&ORGANISER), guest),
            Step::Decline(guest) => (RegistrationCommand::Decline(&ORGANISER), guest),
            Step::Resize(capacity) => {
                let version = self.repository.by_id(self.event).await.unwrap().unwrap().version;
                let patch = serde_json::from_value(json!({"capacity": capacity})).unwrap();
                match self.events.update(&ORGANISER, self.event, patch, &version.into()).await {
                    Ok(event) => assert_eq!(event.details.capacity, Some(capacity)),
                    Err(error) => assert!(matches!(error, EventError::CapacityBelowTaken), "{error}"),
                }
                return;
            }
            Step::Wait(minutes) => {
                self.app.clock.advance(minutes * 60);
                let swept = self.registrar.lapse_due(100).await.unwrap();
                assert_eq!(swept.failed, 0);
                return;
            }
        };
        match self.registrar.apply(command, self.event, self.guests[guest]).await {
            Ok(outcome) => assert_eq!(outcome.registration.user_id, self.guests[guest]),
            Err(error) => assert!(ibw::error::ApiError::from(error).code.status().as_u16() < 500),
        }
    }

    async fn states(&self) -> Vec<Option<RegistrationState>> {
        let registrations = self.repository.registrations(self.event).await.unwrap();
        let of = |guest: &UserId| registrations.iter().find(|one| one.user_id == *guest).map(|one| one.state);
        self.guests.iter().map(of).collect()
    }

    /// What must hold whatever was done.
    async fn check(&self) {
        let (seats, registrations) = stored(&self.app, &self.event.to_string()).await;
        assert_eq!(seats.tally, tally(&registrations));
        assert!(seats.tally.taken <= i64::from(seats.capacity.unwrap()));
        let count = |name| i64::try_from(entities(&self.app, "events", name).len()).unwrap();
        assert_eq!((count("waitlist_place"), count("seat_offer")), (seats.tally.waiting, seats.tally.offered));
    }
}

/// Time to begin is far enough away that no step of a case reaches it.
const STEPS: usize = 9;

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn registrations_are_always_as_the_model_says(
        capacity in 1u32..4,
        steps in prop::collection::vec(step(), STEPS * 2),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::start(capacity).await;
            let mut model = Model {
                capacity: capacity as usize,
                states: [None; GUESTS],
                offers: [0; GUESTS],
                queue: VecDeque::new(),
                now: 0,
            };
            let mut waits = 0;
            for step in steps {
                if matches!(step, Step::Wait(_)) {
                    waits += 1;
                    if waits > STEPS {
                        continue;
                    }
                }
                // What is done twice is done once, but for time that passes.
                let again = !matches!(step, Step::Wait(_));
                model.apply(step);
                world.apply(step).await;
                if again {
                    world.apply(step).await;
                }
                assert_eq!(world.states().await, model.states, "after {step:?}");
            }
            world.check().await;
        });
    }
}
