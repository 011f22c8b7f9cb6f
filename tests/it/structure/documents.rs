//! The documents name what there is, and each file says what it is for.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::deployment::asked;
use super::{assert_same, read, rust_files};
use crate::support::functions::functions;
use crate::support::template::Template;

#[test]
fn every_rust_file_says_in_its_first_line_what_it_is_for() {
    for folder in ["shared/src", "functions", "tests"] {
        for (file, text) in rust_files(folder) {
            assert!(text.starts_with("//! "), "{file}: say in its first line, `//! …`, what the file is for");
        }
    }
}

#[test]
fn api_document_lists_every_route_and_every_error_code() {
    let api = read("docs/API.md");
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    for (path, item) in document["paths"].as_object().expect("paths") {
        let short = path.trim_start_matches("/api/v1");
        for method in item.as_object().expect("methods").keys().filter(|key| *key != "parameters") {
            let route = format!("`{} {short}`", method.to_uppercase());
            assert!(api.contains(&route), "docs/API.md does not have {route}: say there what it does");
        }
    }
    let codes = document["components"]["schemas"]["ErrorCode"]["enum"].as_array().cloned().unwrap_or_default();
    let alternatives = document["components"]["schemas"]["ErrorCode"]["oneOf"].as_array().cloned().unwrap_or_default();
    let codes: Vec<Value> = if codes.is_empty() { alternatives } else { codes };
    for code in &codes {
        let code = code.as_str().expect("a code");
        assert!(
            api.contains(&format!("`{code}`")),
            "docs/API.md does not have the error code `{code}`: say there what it means"
        );
    }
}

#[test]
fn operations_document_lists_every_variable_that_is_read() {
    let operations = read("docs/OPERATIONS.md");
    for folder in ["shared/src", "functions"] {
        for (file, text) in rust_files(folder) {
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for call in [".required(\"", ".optional(\"", ".optional::<String>(\"", ".list(\"", ".key(\""] {
                for name in code.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                    assert!(
                        operations.contains(&format!("`{name}`")),
                        "docs/OPERATIONS.md does not have {name}, which {file} reads: add it under \"Configuration\""
                    );
                }
            }
        }
    }
}

/// The tables under "Configuration": each variable with its functions, as the column "read by" names them.
fn configuration() -> BTreeMap<String, String> {
    let operations = read("docs/OPERATIONS.md");
    let section = operations.split("\n## ").find(|section| section.starts_with("Configuration")).expect("a section");
    let mut variables = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        for name in cells[1].split(", ").map(|name| name.trim_matches('`')) {
            let known = variables.insert(name.to_owned(), cells[3].to_owned());
            assert!(known.is_none(), "docs/OPERATIONS.md explains {name} twice");
        }
    }
    variables
}

/// The functions that a cell names: `API, email`, `all but relay`.
fn functions_of(cell: &str) -> BTreeSet<String> {
    let names = |text: &str| -> BTreeSet<String> {
        let group = |name: &str| -> Vec<String> {
            let all = functions().into_iter();
            match name {
                "all" => all.map(|function| function.name).collect(),
                "API" => all.filter(|function| function.api().is_some()).map(|function| function.name).collect(),
                _ => vec![name.to_owned()],
            }
        };
        text.split(", ").flat_map(group).collect()
    };
    let (named, left_out) = cell.split_once(" but ").unwrap_or((cell, ""));
    &names(named) - &names(left_out)
}

#[test]
fn operations_document_says_which_functions_read_a_variable() {
    let template = Template::read();
    let mut read: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut given: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for function in functions().into_iter().map(|function| function.name) {
        for name in asked(&function) {
            read.entry(name).or_default().insert(function.clone());
        }
        let variables = &template.functions()[function.as_str()]["Environment"]["Variables"];
        for name in variables.as_object().into_iter().flatten().map(|(name, _)| name) {
            given.entry(name.clone()).or_default().insert(function.clone());
        }
    }
    let mut documented = configuration();
    // Read by telemetry, before there is a configuration.
    assert_eq!(documented.remove("RUST_LOG").as_deref(), Some("all"), "docs/OPERATIONS.md: RUST_LOG");
    for (name, functions) in read {
        let cell = documented.remove(&name);
        let cell = cell.unwrap_or_else(|| panic!("docs/OPERATIONS.md does not have {name} under \"Configuration\""));
        // Where the template gives a variable to some of those that read it, it has an effect there only.
        let functions = given.remove(&name).unwrap_or(functions);
        assert_same(
            &functions_of(&cell),
            &functions,
            &format!("docs/OPERATIONS.md, Configuration, functions of {name}"),
        );
    }
    assert!(
        documented.is_empty(),
        "docs/OPERATIONS.md explains variables that no function reads: {:?}",
        documented.keys()
    );
}
