//! The documents name what there is, and each file says what it is for.

use serde_json::Value;

use super::{read, rust_files};

#[test]
fn every_rust_file_says_in_its_first_line_what_it_is_for() {
    for folder in ["shared/src", "functions", "tests"] {
        for (file, text) in rust_files(folder) {
            assert!(text.starts_with("//! "), "{file}");
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
            assert!(api.contains(&route), "docs/API.md does not have {route}");
        }
    }
    let codes = document["components"]["schemas"]["ErrorCode"]["enum"].as_array().cloned().unwrap_or_default();
    let alternatives = document["components"]["schemas"]["ErrorCode"]["oneOf"].as_array().cloned().unwrap_or_default();
    let codes: Vec<Value> = if codes.is_empty() { alternatives } else { codes };
    for code in &codes {
        let code = code.as_str().expect("a code");
        assert!(api.contains(&format!("`{code}`")), "docs/API.md does not have {code}");
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
                        "docs/OPERATIONS.md does not have {name} ({file})"
                    );
                }
            }
        }
    }
}
