//! An OpenAPI document that exchanges are compared with. It compiles a schema when an exchange first needs it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::http::Method;
use jsonschema::Validator;
use serde_json::Value;

use super::exchange::{Exchange, Violation};
use super::schema::{self, Side};

const JSON: &str = "application/json";
/// The extension of a response that lists the codes of its errors.
const CODES: &str = "x-error-codes";

/// An OpenAPI document.
pub(crate) struct Contract {
    document: Value,
    /// Compiled schemas by their place in the document.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// An operation of the document.
pub(crate) struct Operation {
    /// Its `operationId`.
    pub(crate) id: String,
    /// Its path with parameters in braces.
    pub(crate) template: String,
    /// Its place in the document.
    pointer: String,
}

/// What the audit has of an operation.
#[derive(Clone, Debug)]
pub(crate) struct Audited {
    /// The actions, of which each success is one.
    pub(crate) actions: Vec<String>,
    /// Whether the operation also serves users who change their own data, which is not audited.
    pub(crate) unless_own: bool,
}

impl Contract {
    /// A document, with nothing compiled yet.
    pub(crate) fn new(document: Value) -> Self {
        Self { document, validators: Mutex::default() }
    }

    /// The operation of a request. A path without parameters is preferred, as OpenAPI says.
    pub(crate) fn operation(&self, method: &Method, path: &str) -> Option<Operation> {
        let paths = self.document["paths"].as_object()?;
        let matching = paths.keys().filter(|template| matches(template, path));
        let template = matching.min_by_key(|template| template.split('/').map(is_parameter).collect::<Vec<_>>())?;
        let pointer = format!("/paths/{}/{}", escape(template), method.as_str().to_ascii_lowercase());
        let id = self.at(&pointer)?.get("operationId")?.as_str()?.to_owned();
        Some(Operation { id, template: template.clone(), pointer })
    }

    /// What the audit has of the operation, if it is there.
    pub(crate) fn audit(&self, operation: &Operation) -> Option<Audited> {
        let found = self.at(&operation.pointer)?;
        let text = |name| found.get(name).and_then(Value::as_str).map(str::to_owned);
        let actions = [Some(text("x-audit-action")?), text("x-audit-other-action")].into_iter().flatten().collect();
        Some(Audited { actions, unless_own: found.get("x-audit-unless-own").is_some() })
    }

    /// Everything in which an exchange differs from its operation.
    pub(crate) fn violations(&self, operation: &Operation, exchange: &Exchange) -> Vec<Violation> {
        let mut found = self.violations_by_answer(operation, exchange);
        // Tests send wrong bodies to see them refused. What is accepted must be documented.
        if (200..300).contains(&exchange.status) {
            found.extend(self.violations_by_request(operation, exchange));
        }
        found
    }

    fn violations_by_answer(&self, operation: &Operation, exchange: &Exchange) -> Vec<Violation> {
        let status = exchange.status.to_string();
        let range = format!("{}XX", exchange.status / 100);
        let places = [status.as_str(), &range, "default"].map(|key| format!("{}/responses/{key}", operation.pointer));
        let Some(place) = places.into_iter().find(|place| self.at(place).is_some()) else {
            return vec![Violation::of("answer", "the status is not documented")];
        };
        let place = self.resolve(place);
        let mut found = self.violations_by_headers(&place, exchange);
        let body = exchange.plain_answer();
        found.extend(self.violations_by_body(&place, "answer", &exchange.answer_type(), &body));
        found.extend(self.violation_by_code(&place, &body));
        found
    }

    /// A response lists the codes of its errors in an extension, because one schema is the body of all errors.
    fn violation_by_code(&self, response: &str, body: &[u8]) -> Option<Violation> {
        let codes = self.at(&format!("{response}/{CODES}"))?.as_array()?;
        let answer: Value = serde_json::from_slice(body).ok()?;
        let code = answer.get("code")?;
        let reason = || format!("{code} is not among the documented {}", Value::from(codes.clone()));
        let undocumented = || Violation { part: "answer".to_owned(), pointer: "/code".to_owned(), reason: reason() };
        (!codes.contains(code)).then(undocumented)
    }

    fn violations_by_headers(&self, response: &str, exchange: &Exchange) -> Vec<Violation> {
        let headers = self.at(&format!("{response}/headers")).and_then(Value::as_object);
        let documented = headers.into_iter().flat_map(|headers| headers.keys());
        documented.flat_map(|name| self.violations_by_header(response, name, exchange)).collect()
    }

    fn violations_by_header(&self, response: &str, name: &str, exchange: &Exchange) -> Vec<Violation> {
        let part = format!("header {name}");
        let place = self.resolve(format!("{response}/headers/{}", escape(name)));
        let Some(text) = exchange.headers.get(name).map(|value| value.to_str().expect("text in a header")) else {
            let required = self.at(&format!("{place}/required")) == Some(&Value::Bool(true));
            return required.then(|| Violation::of(&part, "it is required and absent")).into_iter().collect();
        };
        let schema = format!("{place}/schema");
        let is_integer =
            self.at(&format!("{}/type", self.resolve(schema.clone()))).is_some_and(|kind| kind == "integer");
        let number = is_integer.then(|| text.parse::<i64>().ok()).flatten();
        let value = number.map_or_else(|| Value::from(text), Value::from);
        self.violations_by_value(&schema, &part, &value, Side::Answer)
    }

    fn violations_by_request(&self, operation: &Operation, exchange: &Exchange) -> Vec<Violation> {
        let place = self.resolve(format!("{}/requestBody", operation.pointer));
        let required = self.at(&format!("{place}/required")) == Some(&Value::Bool(true));
        if exchange.sent.is_empty() {
            let missing = required.then(|| Violation::of("request", "the body is required, and was accepted without"));
            return missing.into_iter().collect();
        }
        // Webhooks send JSON without saying so.
        let media_type = if exchange.sent_type.is_empty() { JSON } else { &exchange.sent_type };
        self.violations_by_body(&place, "request", media_type, &exchange.sent)
    }

    /// What a body violates of a response or a request body in the document.
    fn violations_by_body(&self, place: &str, part: &str, media_type: &str, body: &[u8]) -> Vec<Violation> {
        let content = self.at(&format!("{place}/content")).and_then(Value::as_object);
        let documented = content.is_some_and(|content| !content.is_empty());
        match (documented, body.is_empty()) {
            (false, true) => return Vec::new(),
            (false, false) => return vec![Violation::of(part, "it has a body, and none is documented")],
            (true, true) => return vec![Violation::of(part, "it has no body, and one is documented")],
            (true, false) => {}
        }
        let media = format!("{place}/content/{}", escape(media_type));
        if self.at(&media).is_none() {
            return vec![Violation::of(part, format!("the content type `{media_type}` is not documented"))];
        }
        let schema = format!("{media}/schema");
        if media_type != JSON || self.at(&schema).is_none() {
            return Vec::new();
        }
        let side = if part == "request" { Side::Request } else { Side::Answer };
        // Requests may begin with a byte order mark.
        match serde_json::from_slice(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)) {
            Ok(value) => self.violations_by_value(&schema, part, &value, side),
            Err(error) => vec![Violation::of(part, format!("it is not JSON: {error}"))],
        }
    }

    fn violations_by_value(&self, place: &str, part: &str, value: &Value, side: Side) -> Vec<Violation> {
        let Some(schema) = self.at(place) else { return Vec::new() };
        let mut validators = self.validators.lock().expect("no panic while compiling");
        let compiled = validators.entry(place.to_owned());
        let validator = compiled.or_insert_with(|| Arc::new(schema::compile(&self.document, schema, side))).clone();
        drop(validators);
        schema::violations(&validator, part, value)
    }

    fn at(&self, pointer: &str) -> Option<&Value> {
        self.document.pointer(pointer)
    }

    /// Follows a reference, if that is what stands at a place.
    fn resolve(&self, place: String) -> String {
        match self.at(&place).and_then(|value| value.get("$ref")).and_then(Value::as_str) {
            Some(reference) => self.resolve(reference.trim_start_matches('#').to_owned()),
            None => place,
        }
    }
}

fn is_parameter(segment: &str) -> bool {
    segment.starts_with('{')
}

fn matches(template: &str, path: &str) -> bool {
    let (mut named, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (named.next(), given.next()) {
            (None, None) => return true,
            (Some(name), Some(value)) if name == value || is_parameter(name) && !value.is_empty() => {}
            _ => return false,
        }
    }
}

/// A key as a segment of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
