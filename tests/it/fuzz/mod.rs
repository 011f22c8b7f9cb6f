//! Schemathesis sends the API what `infra/openapi.json` allows, and what it does not, and judges the answers.
//!
//! `schemathesis.toml` says what is checked and what is not. A run has a seed, which it prints; `make fuzz` draws one.

mod gateway;

use std::process::Command;

use ibw::time::Clock;
use ibw::users::grants::AccessRole;

use self::gateway::Gateway;
use crate::attendees::world::{TICKET_SIGNING_KEY, TICKETING_SECRET};
use crate::structure::root;
use crate::support::app::{ADMIN_API_KEY, TestApp, WEBHOOK_SECRET};
use crate::support::storage::FakeS3;
use crate::support::telegram::{BOT_TOKEN, Person};
use crate::users::login_with_role;

/// Seconds that a run takes.
const SECONDS: &str = "IBW_FUZZ_SECONDS";
/// The seed of a run. Without it, a run is that of `make test`, which is the same each time.
const SEED: &str = "IBW_FUZZ_SEED";
/// No limit gets in the way, as each request comes from the same caller.
const LIMITS: &str =
    "read=9000000/60,write=9000000/60,login=9000000/60,scan=9000000/60,admin=9000000/60,code=9000000/60";

/// The phases of Schemathesis in parts of equal time, each on a database of its own. In one part, a slow machine would
/// leave the last phases no time.
const PARTS: [&str; 3] = ["examples,coverage", "fuzzing", "stateful"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attendee_gets_documented_answers_only() {
    for phases in PARTS {
        let (app, _s3) = start().await;
        run(&app, "attendee", &Person::new(1), phases).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admin_gets_documented_answers_only() {
    for phases in PARTS {
        let (app, _s3) = start().await;
        let person = Person::new(1);
        login_with_role(&app, &person, AccessRole::Admin).await;
        run(&app, "admin", &person, phases).await;
    }
}

/// Functions whose clock runs, with all that they can be configured with.
async fn start() -> (TestApp, FakeS3) {
    let s3 = FakeS3::start().await;
    let variables = s3.variables();
    let mut variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    variables.extend([
        ("RATE_LIMITS", LIMITS),
        ("TICKETING_WEBHOOK_SECRET", TICKETING_SECRET),
        ("TICKET_SIGNING_KEY", TICKET_SIGNING_KEY),
    ]);
    let mut app = TestApp::start_with(&variables).await;
    app.clock = Clock::System;
    (app, s3)
}

/// Lets Schemathesis work as `role`, which `person` has.
async fn run(app: &TestApp, role: &str, person: &Person, phases: &str) {
    let (gateway, address) = Gateway::start(app).await;
    let seed = std::env::var(SEED).unwrap_or_else(|_| "1".to_owned());
    let seconds = std::env::var(SECONDS).map_or(60, |text| text.parse().expect("a number of seconds"));
    let seconds = seconds / PARTS.len();
    println!("{SEED}={seed}");
    let status = schemathesis()
        .args(["--url", &address, "--seed", &seed, "--phases", phases, "--max-time", &seconds.to_string()])
        .env("IBW_FUZZ_ROLE", role)
        .env("IBW_FUZZ_ADDRESS", &address)
        .env("IBW_FUZZ_INIT_DATA", person.init_data(app.now()))
        .env("IBW_FUZZ_BOT_TOKEN", BOT_TOKEN)
        .env("IBW_FUZZ_API_KEY", ADMIN_API_KEY)
        .env("IBW_FUZZ_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .env("IBW_FUZZ_TICKETING_SECRET", TICKETING_SECRET)
        .status();
    let differences = gateway.differences();
    assert!(differences.is_empty(), "{SEED}={seed}: {} differences:\n{}", differences.len(), differences.join("\n"));
    assert!(status.expect("Schemathesis").success(), "{SEED}={seed}: Schemathesis says above what it found");
}

/// The program, which still needs an address.
fn schemathesis() -> Command {
    let program = root().join(".venv/bin/schemathesis");
    assert!(program.exists(), "{} is missing: `make .venv/ready` makes it", program.display());
    let mut command = Command::new(program);
    command.current_dir(root()).env("SCHEMATHESIS_HOOKS", "tests/it/fuzz/hooks.py");
    command.args(["--config-file", "tests/it/fuzz/schemathesis.toml", "run", "infra/openapi.json"]);
    command
}
