//! Operations of the OpenAPI document as requests: with a value for each parameter, the example of the body, and
//! credentials.

use serde_json::{Value, json};

use crate::attendees::webhook::signature;
use crate::attendees::world::TICKETING_SECRET;
use crate::structure::read;
use crate::support::app::{ADMIN_API_KEY, Login, TestApp};
use crate::support::functions::functions;
use crate::support::request::{TestFunction, TestRequest};

/// An operation, and the function that answers it.
pub(crate) struct Operation {
    /// The method.
    pub(crate) method: String,
    /// The path, with parameters in braces.
    pub(crate) template: String,
    document: Value,
    function: TestFunction,
}

/// All operations of the API but `HEAD`, which says nothing in a body.
pub(crate) fn operations(app: &TestApp) -> Vec<Operation> {
    let document: Value = serde_json::from_str(&read("infra/openapi.json")).expect("JSON");
    let apis = functions().into_iter().filter_map(|function| Some((function.name.clone(), function.api()?)));
    let of_function = |(name, api): (String, crate::support::functions::Api)| {
        let function = app.function(&name, (api.router)());
        let routes = (api.document)().names().into_iter().filter(|route| !route.starts_with("HEAD "));
        let operation = |route: String| {
            let (method, template) = route.split_once(' ').expect("a method and a path");
            let (method, template) = (method.to_owned(), template.to_owned());
            Operation { method, template, document: document.clone(), function: function.clone() }
        };
        routes.map(operation).collect::<Vec<_>>()
    };
    apis.flat_map(of_function).collect()
}

impl Operation {
    fn description(&self) -> &Value {
        &self.document["paths"][&self.template][self.method.to_lowercase()]
    }

    /// The required parameters in a place (path, query or header), each with a value of its form.
    fn parameters(&self, place: &str) -> Vec<(String, String)> {
        let all = self.description()["parameters"].as_array().into_iter().flatten();
        let required = all.filter(|parameter| parameter["in"] == place && parameter["required"] == true);
        let pair = |parameter: &Value| {
            let name = parameter["name"].as_str().expect("a name");
            let value = match name {
                "If-Match" => "\"1\"",
                "code" => "k7xq2mv9tz4w",
                "name" => "hall",
                "slug" => "ibw-2026",
                _ => parameter["schema"]["examples"][0].as_str().unwrap_or("1"),
            };
            (name.to_owned(), value.to_owned())
        };
        required.map(pair).collect()
    }

    /// The schema of the JSON body.
    pub(crate) fn body_schema(&self) -> Option<&Value> {
        self.description()["requestBody"]["content"].get("application/json").map(|content| &content["schema"])
    }

    /// What a schema refers to, or itself.
    pub(crate) fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().map(|text| text.trim_start_matches('#'));
        name.map_or(schema, |name| self.document.pointer(name).expect("a schema"))
    }

    /// The example of the body.
    pub(crate) fn body(&self) -> Option<Value> {
        let example = &self.resolved(self.body_schema()?)["example"];
        Some(if example.is_null() { json!({}) } else { example.clone() })
    }

    fn takes(&self, scheme: &str) -> bool {
        let ways = self.description()["security"].as_array().into_iter().flatten();
        ways.filter_map(Value::as_object).any(|way| way.contains_key(scheme))
    }

    /// The schemas of the query parameters, by name.
    pub(crate) fn query_schemas(&self) -> Vec<(&str, &Value)> {
        let all = self.description()["parameters"].as_array().into_iter().flatten();
        let in_query = all.filter(|parameter| parameter["in"] == "query");
        in_query
            .map(|parameter| (parameter["name"].as_str().expect("a name"), self.resolved(&parameter["schema"])))
            .collect()
    }

    /// The request with all that the operation asks for, and the example of its body.
    pub(crate) fn complete(&self, app: &TestApp, user: &Login) -> TestRequest {
        self.request(app, user, None, self.body().as_ref())
    }

    /// The request with all that the operation asks for, this parameter in its query, and this body.
    pub(crate) fn request(
        &self,
        app: &TestApp,
        user: &Login,
        parameter: Option<(&str, &str)>,
        body: Option<&Value>,
    ) -> TestRequest {
        self.at(app, user, &self.parameters("path"), parameter, body)
    }

    /// The complete request with this value for each parameter of the path.
    pub(crate) fn with_segments(&self, app: &TestApp, user: &Login, value: &str) -> TestRequest {
        let segments: Vec<_> = self.parameters("path").into_iter().map(|(name, _)| (name, value.to_owned())).collect();
        self.at(app, user, &segments, None, self.body().as_ref())
    }

    fn at(
        &self,
        app: &TestApp,
        user: &Login,
        segments: &[(String, String)],
        parameter: Option<(&str, &str)>,
        body: Option<&Value>,
    ) -> TestRequest {
        let fill = |path: String, (name, value): &(String, String)| path.replace(&format!("{{{name}}}"), value);
        let path = segments.iter().fold(self.template.clone(), fill);
        let mut query = self.parameters("query");
        query.retain(|(name, _)| parameter.is_none_or(|(sent, _)| sent != name));
        let mut text = form_urlencoded::Serializer::new(String::new());
        let path = format!("{path}?{}", text.extend_pairs(query).extend_pairs(parameter).finish());
        let mut request = self.function.request(self.method.parse().expect("a method"), &path);
        let text = body.map(Value::to_string).unwrap_or_default();
        if self.takes("api_key") {
            request = request.header(("x-api-key", ADMIN_API_KEY));
        } else if self.takes("bearer") {
            request = request.header(user.bearer());
        } else if self.takes("ticketing_webhook") {
            request = request.header(("x-ticketing-signature", signature(TICKETING_SECRET, &text, app.now())));
        }
        let request = self.parameters("header").into_iter().fold(request, TestRequest::header);
        if text.is_empty() { request } else { request.header(("content-type", "application/json")).body(text) }
    }
}
