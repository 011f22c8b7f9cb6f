//! The environment that the template and the operator's secrets give a function.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use crate::structure::read;
use crate::support::template::Template;

/// What Lambda itself gives.
const OF_LAMBDA: [(&str, &str); 4] = [
    ("AWS_REGION", "ap-south-1"),
    ("AWS_ACCESS_KEY_ID", "key"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_SESSION_TOKEN", "token"),
];

/// The variables that name a function's secrets.
const SECRETS: [&str; 2] = ["SECRETS_ID", "STORAGE_SECRETS_ID"];

impl Template {
    /// A function's variables, where the template's parameters have their defaults but for `parameters`. What another
    /// resource would give stands for itself: the URL of a queue ends in its logical id.
    pub(crate) fn environment(&self, function: &str, parameters: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut variables = BTreeMap::new();
        let functions = self.functions();
        for properties in [&self.globals()["Function"], functions[function]] {
            for (name, value) in properties["Environment"]["Variables"].as_object().into_iter().flatten() {
                variables.extend(self.value(value, parameters).map(|value| (name.clone(), value)));
            }
        }
        variables
    }

    /// What a value of the template becomes; `None` is `AWS::NoValue`.
    fn value(&self, value: &Value, parameters: &[(&str, &str)]) -> Option<String> {
        if let Some(name) = value["Ref"].as_str() {
            return match parameters.iter().find(|(known, _)| *known == name) {
                _ if name == "AWS::NoValue" => None,
                Some((_, value)) => Some((*value).to_owned()),
                None => Some(self.default_of(name).unwrap_or_else(|| format!("https://aws.example.com/{name}"))),
            };
        }
        if let Some([condition, then, otherwise]) = value["Fn::If"].as_array().map(Vec::as_slice) {
            let condition = condition.as_str().expect("a condition's name");
            let chosen = if self.holds(&self.conditions()[condition], parameters) { then } else { otherwise };
            return self.value(chosen, parameters);
        }
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    fn holds(&self, condition: &Value, parameters: &[(&str, &str)]) -> bool {
        if let Some([one, other]) = condition["Fn::Equals"].as_array().map(Vec::as_slice) {
            return self.value(one, parameters) == self.value(other, parameters);
        }
        let not =
            condition["Fn::Not"][0].as_object().unwrap_or_else(|| panic!("{condition} is a new kind: add it here"));
        !self.holds(&Value::Object(not.clone()), parameters)
    }

    /// A parameter's default; `None` where there is no such parameter.
    fn default_of(&self, parameter: &str) -> Option<String> {
        let default = &self.parameters().get(parameter)?["Default"];
        Some(default.as_str().map_or_else(|| default.to_string(), str::to_owned))
    }
}

/// The environment in which a function starts: the template's, Lambda's, and what the secrets supply that it is told
/// of.
pub(crate) fn environment(function: &str, parameters: &[(&str, &str)]) -> HashMap<String, String> {
    let mut variables: HashMap<String, String> =
        OF_LAMBDA.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    variables.extend(Template::read().environment(function, parameters));
    let known = secrets();
    for name in SECRETS {
        let Some(id) = variables.get(name) else { continue };
        let secret = known
            .get(id)
            .unwrap_or_else(|| panic!("docs/OPERATIONS.md does not say how `{id}` is made, which {function} reads"));
        variables.extend(secret.clone());
    }
    variables
}

/// The secrets that docs/OPERATIONS.md has the operator make, by name, as the shell would make them.
pub(crate) fn secrets() -> BTreeMap<String, BTreeMap<String, String>> {
    let operations = read("docs/OPERATIONS.md");
    let commands = operations.split("create-secret").skip(1);
    commands
        .map(|command| {
            let name = command.split("--name ").nth(1).and_then(|rest| rest.split_whitespace().next());
            let start = command.find('{').expect("the secret's JSON");
            let end = command.find('}').expect("the end of the secret's JSON");
            let text = command[start..=end].replace("<token from BotFather>", "42:token-of-a-bot-that-is-long-enough");
            // Azure takes base64 only.
            let text = text.replace("<its secret, or the account key>", "c2VjcmV0");
            let text = ["24", "32"].iter().fold(text, |text, bytes| {
                let made = "5a".repeat(bytes.parse().expect("a number"));
                text.replace(&format!("$(openssl rand -hex {bytes})"), &made)
            });
            let secret = serde_json::from_str(&text);
            let secret = secret.unwrap_or_else(|error| panic!("docs/OPERATIONS.md: {error} in {text}"));
            (name.expect("the secret's name").to_owned(), secret)
        })
        .collect()
}
