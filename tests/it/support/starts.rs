//! What each function reads at its start, as its `main.rs` has it read.

use ibw::app::{AppConfig, DomainConfig, Domains, app_url};
use ibw::clients::aws::Aws;
use ibw::clients::email::Mailer;
use ibw::clients::storage;
use ibw::clients::telegram::Telegram;
use ibw::config::Env;
use ibw::dynamo::Dynamo;
use ibw::notifications::pace::Rates;
use ibw::notifications::service::Expander;
use ibw::platform::Platform;
use ibw::queue::Consumer;
use ibw::random::Random;
use relay::Relay;

use crate::support::functions::functions;

/// Reads what a function reads. What the secrets supply must be in `env` already: nothing is called.
pub(crate) fn read(function: &str, env: &mut Env) {
    // `secrets::supply` asks for these; it also calls Secrets Manager.
    let secrets: &[&str] = match function {
        "notification-jobs" | "notification-scheduler" | "relay" | "telegram-updates" => &[],
        _ => &["SECRETS_ID", "STORAGE_SECRETS_ID"],
    };
    for name in secrets {
        env.optional::<String>(name);
    }
    let aws = Aws::read(env);
    match function {
        "relay" => {
            let platform = Platform::new(Dynamo::read(env, &aws));
            Relay::read(env, &aws, platform);
        }
        "email" => {
            Consumer::read(env, &aws, Random::System);
            Consumer::read_named(env, &aws, email::EVENTS, Random::System);
            Dynamo::read(env, &aws);
            Mailer::read(env, &aws);
            env.key("SIGNING_KEY");
        }
        "housekeeping" => {
            Dynamo::read(env, &aws);
            storage::read(env, &aws);
        }
        "attendee-import" => {
            Dynamo::read(env, &aws);
            Consumer::read(env, &aws, Random::System);
            storage::read(env, &aws);
        }
        "telegram-updates" => {
            Dynamo::read(env, &aws);
            Consumer::read(env, &aws, Random::System);
        }
        "notification-jobs" => {
            let platform = Platform::new(Dynamo::read(env, &aws));
            Consumer::read(env, &aws, Random::System);
            let domains = Domains::new(&platform, DomainConfig::default());
            Expander::read(env, &platform, domains.users.service.clone(), domains.groups());
        }
        "notification-delivery" => {
            Dynamo::read(env, &aws);
            for queue in notification_delivery::QUEUES {
                Consumer::read_named(env, &aws, queue, Random::System);
            }
            Telegram::read(env);
            Rates::read(env);
            app_url(env);
        }
        "notification-scheduler" => {
            Dynamo::read(env, &aws);
        }
        api if functions().iter().any(|known| known.name == api && known.api().is_some()) => read_api(api, env, &aws),
        worker => panic!(
            "tests/it/support/starts.rs does not say what {worker} reads at its start: add it, as main.rs has it"
        ),
    }
}

/// As `App::start` reads it.
fn read_api(function: &str, env: &mut Env, aws: &Aws) {
    Dynamo::read(env, aws);
    AppConfig::read(env);
    if function == "media" {
        env.required("CDN_URL", String::new());
        storage::read(env, aws);
    }
}
