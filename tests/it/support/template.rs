//! `template.yaml` as tests read it: its tables, its routes, and what each function's policy allows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Map, Value, json};
use serde_yaml_ng::Value as Yaml;

/// The template, with CloudFormation's tags turned into their long form (`!Ref X` into `{"Ref": "X"}`).
pub(crate) struct Template {
    document: Map<String, Value>,
}

/// An action on a table or on an index of it (`users`, `users/index/gsi1`), as policies name them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Access {
    /// Such as `PutItem`.
    pub(crate) action: String,
    /// The table's name without the prefix, with the index if one is meant.
    pub(crate) resource: String,
}

/// What a policy allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Permission {
    /// The access.
    pub(crate) access: Access,
    /// The operations of which it may be a part; `None`: the condition is not there.
    enclosing: Option<BTreeSet<String>>,
}

impl Permission {
    /// Whether it allows this access to an operation.
    pub(crate) fn allows(&self, operation: &str, access: &Access) -> bool {
        self.access == *access && self.enclosing.as_ref().is_none_or(|enclosing| enclosing.contains(operation))
    }
}

impl Template {
    /// Reads the project's template.
    pub(crate) fn read() -> Self {
        Self::of_file("template.yaml")
    }

    /// Reads a template, by its path from the project's root.
    pub(crate) fn of_file(file: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"));
        let yaml: Yaml = serde_yaml_ng::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let Value::Object(document) = plain(yaml) else { panic!("{file} is not a mapping") };
        Self { document }
    }

    /// Its parameters, by name.
    pub(crate) fn parameters(&self) -> &Value {
        &self.document["Parameters"]
    }

    /// Its conditions, by name.
    pub(crate) fn conditions(&self) -> &Value {
        &self.document["Conditions"]
    }

    /// What all resources of a kind have.
    pub(crate) fn globals(&self) -> &Value {
        &self.document["Globals"]
    }

    /// Resources of a type, by logical id.
    pub(crate) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let matches = move |(_, resource): &(&String, &Value)| resource["Type"] == kind;
        let resources = self.document["Resources"].as_object().into_iter().flatten();
        resources.filter(matches).map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    /// The name of a resource without the prefix: `${Prefix}-users` is `users`.
    fn short_name(properties: &Value, attribute: &str) -> String {
        let name = properties[attribute]["Fn::Sub"].as_str().expect("a name made with !Sub");
        name.strip_prefix("${Prefix}-").expect("a name with the prefix").to_owned()
    }

    /// `CreateTable` requests, by the tables' short names.
    pub(crate) fn tables(&self) -> BTreeMap<String, Value> {
        let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
        let known = ["AttributeDefinitions", "KeySchema", indexes[0], indexes[1], "BillingMode"];
        let create = |properties: &Value| {
            let wanted = known.iter().filter(|name| !properties[**name].is_null());
            Value::Object(wanted.map(|name| ((*name).to_owned(), properties[*name].clone())).collect())
        };
        self.of_type("AWS::DynamoDB::Table")
            .map(|(_, table)| (Self::short_name(table, "TableName"), create(table)))
            .collect()
    }

    /// The functions' properties, by short name.
    pub(crate) fn functions(&self) -> BTreeMap<String, &Value> {
        self.of_type("AWS::Serverless::Function")
            .map(|(_, function)| (Self::short_name(function, "FunctionName"), function))
            .collect()
    }

    /// The names of the queues without the prefix, by logical id.
    pub(crate) fn queues(&self) -> BTreeMap<&str, String> {
        self.of_type("AWS::SQS::Queue").map(|(id, queue)| (id, Self::short_name(queue, "QueueName"))).collect()
    }

    /// What is mapped to each function, by its short name: `EmailQueue.Arn`, `UsersTable.StreamArn`.
    pub(crate) fn mappings(&self) -> BTreeMap<String, BTreeSet<String>> {
        let functions: BTreeMap<&str, String> = self
            .of_type("AWS::Serverless::Function")
            .map(|(id, function)| (id, Self::short_name(function, "FunctionName")))
            .collect();
        let mut mappings: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (_, mapping) in self.of_type("AWS::Lambda::EventSourceMapping") {
            let function = mapping["FunctionName"]["Ref"].as_str().expect("a function of the template");
            let source = mapping["EventSourceArn"]["Fn::GetAtt"].as_str().expect("a source of the template");
            mappings.entry(functions[function].clone()).or_default().insert(source.to_owned());
        }
        mappings
    }

    /// The explicit routes of a function, as `GET /path`; `$default` where it takes what no route matches.
    pub(crate) fn routes(&self, function: &str) -> BTreeSet<String> {
        let functions = self.functions();
        let Some(events) = functions[function]["Events"].as_object() else { return BTreeSet::new() };
        let http = events.values().filter(|event| event["Type"] == "HttpApi").map(|event| &event["Properties"]);
        http.map(|route| match (route["Method"].as_str(), route["Path"].as_str()) {
            (Some(method), Some(path)) => format!("{method} {path}"),
            _ => "$default".to_owned(),
        })
        .collect()
    }

    /// The statements of a function's policies.
    pub(crate) fn statements(&self, function: &str) -> Vec<Value> {
        let functions = self.functions();
        let policies = functions[function]["Policies"].as_array().cloned().unwrap_or_default();
        policies.iter().flat_map(|policy| policy["Statement"].as_array().cloned().unwrap_or_default()).collect()
    }

    /// What a function may do with tables.
    pub(crate) fn table_access(&self, function: &str) -> BTreeSet<Access> {
        self.permissions(function).into_iter().map(|permission| permission.access).collect()
    }

    /// What a function may do with tables, and in which operations.
    pub(crate) fn permissions(&self, function: &str) -> Vec<Permission> {
        let tables: BTreeMap<&str, String> = self
            .of_type("AWS::DynamoDB::Table")
            .map(|(id, table)| (id, Self::short_name(table, "TableName")))
            .collect();
        let mut permissions = Vec::new();
        for statement in self.statements(function) {
            let enclosing = &statement["Condition"]["ForAnyValue:StringEquals"]["dynamodb:EnclosingOperation"];
            let names = || list(enclosing).into_iter().map(|name| name.as_str().expect("a name").to_owned()).collect();
            let enclosing = (!enclosing.is_null()).then(names);
            for resource in list(&statement["Resource"]) {
                let Some(resource) = table_resource(resource, &tables) else { continue };
                for action in list(&statement["Action"]) {
                    let action = action.as_str().and_then(|action| action.strip_prefix("dynamodb:"));
                    let action = action.expect("an action on tables").to_owned();
                    let access = Access { action, resource: resource.clone() };
                    permissions.push(Permission { access, enclosing: enclosing.clone() });
                }
            }
        }
        permissions
    }
}

/// `!GetAtt UsersTable.Arn` is `users`, `!Sub ${UsersTable.Arn}/index/gsi1` is `users/index/gsi1`; `None` is no table.
fn table_resource(resource: &Value, tables: &BTreeMap<&str, String>) -> Option<String> {
    if let Some(attribute) = resource["Fn::GetAtt"].as_str() {
        return tables.get(attribute.strip_suffix(".Arn")?).cloned();
    }
    let (table, index) = resource["Fn::Sub"].as_str()?.strip_prefix("${")?.split_once(".Arn}/")?;
    Some(format!("{}/{index}", tables.get(table)?))
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |values| values.iter().collect())
}

fn plain(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = tag.trim_start_matches('!');
            let name = if name == "Ref" || name == "Condition" { name.to_owned() } else { format!("Fn::{name}") };
            json!({ name: plain(tagged.value) })
        }
        Yaml::Mapping(mapping) => {
            let entry = |(key, value): (Yaml, Yaml)| (key.as_str().expect("a text key").to_owned(), plain(value));
            Value::Object(mapping.into_iter().map(entry).collect())
        }
        Yaml::Sequence(sequence) => Value::Array(sequence.into_iter().map(plain).collect()),
        other => serde_json::to_value(other).expect("a plain value"),
    }
}
