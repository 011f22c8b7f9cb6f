//! Whatever is in `functions/` is deployed, with each variable that it needs.

use std::collections::{BTreeMap, BTreeSet};

use ibw::config::Env;
use ibw::dynamo::Topic;
use serde_json::Value;

use super::{assert_same, root, rust_files};
use crate::support::deployed::environment;
use crate::support::functions::{Function, Start, functions};
use crate::support::starts;
use crate::support::template::Template;

/// The parameters that make a template of each kind of storage.
const STORAGES: [&[(&str, &str)]; 3] = [
    &[("StorageBackend", "s3")],
    &[("StorageBackend", "r2"), ("StorageBucket", "media"), ("StorageEndpoint", "https://1.r2.example.com")],
    &[("StorageBackend", "azure"), ("StorageBucket", "media"), ("StorageEndpoint", "https://a.blob.example.net")],
];

/// The functions, as `tests/it/support/functions.rs` lists them.
fn listed() -> BTreeSet<String> {
    functions().into_iter().map(|function| function.name).collect()
}

#[test]
fn folders_template_and_tests_have_the_same_functions() {
    let entries = std::fs::read_dir(root().join("functions")).expect("functions");
    let folders = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let folders: BTreeSet<String> = folders.collect();
    let deployed: BTreeSet<String> = Template::read().functions().into_keys().collect();
    if let Some(function) = folders.difference(&deployed).next() {
        panic!(
            "functions/{function}/ is not deployed: add a function named ${{Prefix}}-{function} to template.yaml, with its \
             policy and its log group"
        );
    }
    if let Some(function) = deployed.difference(&folders).next() {
        panic!(
            "template.yaml has the function {function}, and there is no functions/{function}/: add it, or delete the function"
        );
    }
    let listed = listed();
    if let Some(function) = folders.difference(&listed).next() {
        panic!(
            "functions/{function}/ is not in tests/it/support/functions.rs: add a line, and a dependency to tests/Cargo.toml"
        );
    }
    if let Some(function) = listed.difference(&folders).next() {
        panic!("tests/it/support/functions.rs lists {function}, and there is no functions/{function}/");
    }
}

#[test]
fn each_function_is_started_by_what_the_template_says() {
    let template = Template::read();
    for Function { name, start } in functions() {
        let events = template.functions()[name.as_str()]["Events"].as_object().cloned().unwrap_or_default();
        let mut found: BTreeSet<String> = events.values().map(|event| text(&event["Type"])).collect();
        found.extend(sources(&template, &name));
        let expected: BTreeSet<String> = match start {
            Start::Http(_) => ["HttpApi".to_owned()].into(),
            Start::Schedule => ["Schedule".to_owned()].into(),
            Start::Streams => ["stream".to_owned()].into(),
            Start::Queues(queues) => queues.iter().map(|queue| queue.name.to_owned()).collect(),
        };
        assert_same(
            &found,
            &expected,
            &format!("{name}: what starts it by template.yaml and tests/it/support/functions.rs"),
        );
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What is mapped to a function: the names of queues, and `stream`.
fn sources(template: &Template, function: &str) -> BTreeSet<String> {
    let queues = template.queues();
    let sources = template.mappings().remove(function).unwrap_or_default();
    let name = |source: String| {
        let queue = source.strip_suffix(".Arn").and_then(|id| queues.get(id)).cloned();
        queue.unwrap_or_else(|| if source.ends_with(".StreamArn") { "stream".to_owned() } else { source })
    };
    sources.into_iter().map(name).collect()
}

#[test]
fn each_function_starts_with_the_variables_that_it_is_given() {
    for function in listed() {
        for parameters in STORAGES {
            let mut env = Env::of(environment(&function, parameters));
            starts::read(&function, &mut env);
            let Err(error) = env.finish(()) else { continue };
            panic!(
                "{function} would not start ({} is {}): {error}. Give the variable to {function} in template.yaml, or in the secret of \
                 docs/OPERATIONS.md",
                parameters[0].0, parameters[0].1
            );
        }
    }
}

#[test]
fn no_function_is_given_a_variable_that_it_does_not_read() {
    let template = Template::read();
    let for_all: BTreeSet<String> = template.globals()["Function"]["Environment"]["Variables"]
        .as_object()
        .into_iter()
        .flat_map(|variables| variables.keys().cloned())
        .collect();
    for function in listed() {
        let asked = asked(&function);
        let variables = template.functions()[function.as_str()]["Environment"]["Variables"].as_object().cloned();
        for name in variables.into_iter().flatten().map(|(name, _)| name) {
            assert!(
                asked.contains(&name),
                "template.yaml gives {name} to {function}, which does not read it: delete it there"
            );
            assert!(
                !for_all.contains(&name),
                "template.yaml gives {name} to {function}, and to all in Globals: delete one"
            );
        }
    }
}

/// The names of the variables that a function asks for at its start, whatever its storage is.
pub(super) fn asked(function: &str) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    for parameters in STORAGES {
        let mut env = Env::of(environment(function, parameters));
        starts::read(function, &mut env);
        asked.extend(env.asked().iter().cloned());
    }
    asked
}

#[test]
fn variables_are_read_through_env_only() {
    // What telemetry is told, `main` cannot hand over: it begins before anything is read.
    let direct = ["shared/src/config/mod.rs", "shared/src/telemetry.rs"];
    for (file, text) in ["shared/src", "functions"].into_iter().flat_map(rust_files) {
        assert!(
            direct.contains(&file.as_str()) || !text.contains("env::var"),
            "{file} reads a variable past `ibw::config::Env`, so no test would see it"
        );
    }
}

#[test]
fn each_topic_has_a_queue_that_the_relay_may_send_to_and_somebody_takes_from() {
    let template = Template::read();
    let relay = &template.functions()["relay"]["Environment"]["Variables"];
    let (queues, mappings) = (template.queues(), template.mappings());
    let sends: BTreeSet<String> = template
        .statements("relay")
        .iter()
        .filter(|statement| statement["Action"].to_string().contains("sqs:SendMessage"))
        .flat_map(|statement| statement["Resource"].as_array().cloned().unwrap_or_default())
        .filter_map(|resource| resource["Fn::GetAtt"].as_str()?.strip_suffix(".Arn").map(str::to_owned))
        .collect();
    let mut topics: BTreeMap<&str, Topic> = BTreeMap::new();
    for topic in Topic::ALL {
        let variable = topic.queue_variable();
        let queue = relay[variable]["Ref"].as_str().unwrap_or_else(|| {
            panic!("Topic::{topic:?} has no queue: add {variable} to the environment of RelayFunction in template.yaml")
        });
        assert!(
            queues.contains_key(queue),
            "Topic::{topic:?}: {variable} is !Ref {queue}, and template.yaml has no such queue"
        );
        assert!(
            sends.contains(queue),
            "Topic::{topic:?}: the policy of RelayFunction in template.yaml does not let it send to {queue}"
        );
        assert!(
            mappings.values().any(|sources| sources.contains(&format!("{queue}.Arn"))),
            "Topic::{topic:?}: no function takes messages from {queue}: add a mapping to template.yaml"
        );
        if let Some(other) = topics.insert(queue, *topic) {
            panic!("Topic::{other:?} and Topic::{topic:?} share {queue} in template.yaml: each has a queue of its own");
        }
    }
}
