//! Who gets through to which route: each operation of the API is called by each kind of caller, and the table of the
//! answers is in `docs/API.md`.
//!
//! A caller gets through if the answer is no 401, no 403, and no 404 for an object that exists. Requests have a body
//! that no route accepts, and an `If-Match` that no version has, so most change nothing. An operation that takes no body
//! has a world of its own.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ibw::http::stack;
use serde_json::Value;

use super::world::{CALLERS, Matrix};
use crate::structure::read;
use crate::support::functions::functions;
use crate::support::golden;
use crate::support::request::TestFunction;

const REMEDY: &str = "IBW_WRITE_GOLDEN=1 cargo nextest run -p ibw-tests --profile all rights::matrix";

/// Objects that the world does not have: there, 404 is getting through.
const NOT_IN_THE_WORLD: [&str; 3] = ["/api/v1/media/{id}", "/api/v1/notifications/{id}", "/api/v1/calendar/{token}"];

struct Operation {
    method: String,
    path: String,
    scope: Option<String>,
    has_body: bool,
}

/// The operations whose callers differ: not those that everybody may call, and not those with credentials of their own.
fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).unwrap();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let ways = operation["security"].as_array().cloned().unwrap_or_default();
            let is_checked = ways.iter().any(|way| way.get("bearer").is_some() || way.get("api_key").is_some());
            if !is_checked || method == "head" {
                continue;
            }
            let scope = ways.iter().find_map(|way| way["api_key"][0].as_str()).map(str::to_owned);
            let has_body = operation.get("requestBody").is_some();
            all.push(Operation { method: method.to_uppercase(), path: path.clone(), scope, has_body });
        }
    }
    all
}

/// The functions of a world, each built once.
fn instances(matrix: &Matrix) -> BTreeMap<String, TestFunction> {
    let mut by_route = BTreeMap::new();
    for function in functions() {
        let Some(api) = function.api() else { continue };
        let (app, watch) = matrix.world.app.app(&function.name);
        let instance =
            TestFunction { router: stack((api.router)(), app), watch, database: matrix.world.app.database.clone() };
        by_route.extend((api.document)().names().into_iter().map(|name| (name, instance.clone())));
    }
    by_route
}

/// What a caller's request comes to, as the table shows it.
async fn outcome(matrix: &Matrix, instance: &TestFunction, operation: &Operation, caller: &str) -> &'static str {
    let exists = !NOT_IN_THE_WORLD.iter().any(|path| operation.path.starts_with(path));
    let path = matrix.path(&operation.path).unwrap_or_else(|| operation.path.replace(['{', '}'], ""));
    let mut request = instance.request(operation.method.parse().unwrap(), &path);
    if let Some(credential) = matrix.credential(caller, operation.scope.as_deref()).await {
        request = request.header(credential);
    }
    if operation.method != "GET" {
        // No version is as high.
        request = request.header(("if-match", "\"999999\""));
    }
    if operation.has_body {
        request = request.json(&matrix.body(&operation.method, &operation.path));
    }
    let response = request.send().await;
    assert!(response.status < 500, "{caller}: {} {path}: {}", operation.method, response.text);
    if !["admin", "key"].contains(&caller) {
        for secret in matrix.secrets_of_others(caller) {
            let tells = response.text.contains(&secret);
            assert!(!tells, "{caller}: {} {path} tells {secret}: {}", operation.method, response.text);
        }
    }
    match response.status {
        401 if response.json["code"] == "FRESH_PROOF_REQUIRED" => "proof",
        401 | 403 => "",
        404 if exists => "404",
        _ => "yes",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_get_through_to_the_routes_that_the_table_says() {
    let shared = Matrix::start().await;
    let shared_instances = instances(&shared);
    let mut table = format!("\n| route | {} |\n| --- |{}\n", CALLERS.join(" | "), " --- |".repeat(CALLERS.len()));
    for operation in operations() {
        let changes = operation.method != "GET" && !operation.has_body;
        let own = if changes { Some(Matrix::start().await) } else { None };
        let own_instances = own.as_ref().map(instances);
        let matrix = own.as_ref().unwrap_or(&shared);
        let route = format!("{} {}", operation.method, operation.path);
        let instance = &own_instances.as_ref().unwrap_or(&shared_instances)[&route];
        let mut cells = Vec::new();
        for caller in CALLERS {
            cells.push(outcome(matrix, instance, &operation, caller).await);
        }
        let path = operation.path.trim_start_matches("/api/v1");
        writeln!(table, "| `{} {path}` | {} |", operation.method, cells.join(" | ")).unwrap();
    }
    golden::assert_part_fresh("docs/API.md", "callers", &table, REMEDY);
}
