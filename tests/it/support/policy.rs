//! Watches the calls to DynamoDB: counts them, and refuses those that the function's policy in the template does not
//! allow, as AWS would. So every test that goes through a function also tests its policy.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use serde_json::Value;

use crate::support::template::{Access, Permission, Template};
use crate::support::wire::{self, PREFIX, needs};

/// One request to DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// The operation, such as `TransactWriteItems`.
    pub(crate) operation: String,
    /// What a policy must allow for it.
    pub(crate) needs: BTreeSet<Access>,
    /// Parts of a transaction; none of others.
    pub(crate) parts: usize,
    /// What was sent.
    pub(crate) body: Value,
}

/// A watch; clones share what they saw.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watch {
    allowed: Option<Arc<Vec<Permission>>>,
    calls: Arc<Mutex<Vec<Call>>>,
    control_reads: Arc<AtomicUsize>,
    refuses_control_reads: Arc<AtomicBool>,
}

impl Watch {
    /// Over a function: its policy holds.
    pub(crate) fn over(function: &str) -> Self {
        Self { allowed: Some(policy(function)), ..Self::default() }
    }

    /// Over the test itself, which may do anything.
    pub(crate) fn over_test() -> Self {
        Self::default()
    }

    /// The reads of the control list so far.
    pub(crate) fn control_reads(&self) -> usize {
        self.control_reads.load(Ordering::Relaxed)
    }

    /// Refuses all reads of the control list from now on.
    pub(crate) fn refuse_control_reads(&self) {
        self.refuses_control_reads.store(true, Ordering::Relaxed);
    }

    /// The operations since the last look.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.take().into_iter().map(|call| call.operation).collect()
    }

    /// The first access that an operation needs and the policy does not allow.
    fn missing(&self, operation: &str, needs: &BTreeSet<Access>) -> Option<Access> {
        let allowed = self.allowed.as_ref()?;
        let is_allowed = |access: &&Access| allowed.iter().any(|permission| permission.allows(operation, access));
        needs.iter().find(|access| !is_allowed(access)).cloned()
    }

    /// The calls since the last look, without reads of the control list.
    pub(crate) fn take(&self) -> Vec<Call> {
        std::mem::take(&mut *self.calls.lock().expect("no test panicked here"))
    }
}

/// A function's policy; the template is read once for each, as reading it takes longer than most requests.
fn policy(function: &str) -> Arc<Vec<Permission>> {
    static KNOWN: Mutex<BTreeMap<String, Arc<Vec<Permission>>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().expect("no test panicked here");
    let read = || Arc::new(Template::read().permissions(function));
    Arc::clone(known.entry(function.to_owned()).or_insert_with(read))
}

impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = wire::operation(context);
        assert_ne!(operation, "Scan", "no path scans");
        let body = wire::body(context)?;
        let needs = needs(&operation, &body);
        let missing = self.missing(&operation, &needs);
        let is_control = is_control(&operation, &body);
        assert!(is_control || is_consistent(&operation, &body), "{operation} may miss what was just written: {body}");
        if is_control {
            self.control_reads.fetch_add(1, Ordering::Relaxed);
            if self.refuses_control_reads.load(Ordering::Relaxed) {
                return Err("the test refuses it".into());
            }
        } else {
            let parts = body["TransactItems"].as_array().map_or(0, Vec::len);
            self.calls.lock().expect("no test panicked here").push(Call { operation, needs, parts, body });
        }
        match missing {
            Some(access) => Err(format!("AccessDenied: the template does not allow {access:?}").into()),
            None => Ok(()),
        }
    }
}

/// Whether it is the read of the control list, which an instance makes every few seconds beside its requests. It has a
/// counter of its own.
fn is_control(operation: &str, body: &Value) -> bool {
    operation == "Query" && body["ExpressionAttributeValues"][":pk"]["S"] == ibw::control::keys::PARTITION
}

/// What may be read as it was a second ago: the operation, the table, and how the sort key or the partition begins.
/// docs/DATA-MODEL.md says why.
const EVENTUAL: [(&str, &str, &str); 6] = [
    ("GetItem", "conferences", "AGENDA"),
    ("GetItem", "conferences", "CONFERENCE"),
    ("GetItem", "conferences", "SPEAKER"),
    ("Query", "conferences", "ATTENDEE#"),
    ("Query", "conferences", "RELEASE#"),
    ("Query", "conferences", "RELEASED#"),
];

/// Whether a read may be eventually consistent.
fn is_tolerant(operation: &str, body: &Value) -> bool {
    let table = body["TableName"].as_str().and_then(|name| name.strip_prefix(PREFIX)?.strip_prefix('-'));
    let values = &body["ExpressionAttributeValues"];
    let keys = [&body["Key"]["sk"], &values[":sk"], &values[":pk"]].map(|key| key["S"].as_str());
    let begins = |beginning: &str| keys.iter().flatten().any(|key| key.starts_with(beginning));
    EVENTUAL.iter().any(|(known, of, sk)| *known == operation && table == Some(*of) && begins(sk))
}

/// Whether a read sees all writes before it, or need not. A global index has no such reads.
fn is_consistent(operation: &str, body: &Value) -> bool {
    match operation {
        "GetItem" | "Query" if is_tolerant(operation, body) => true,
        "GetItem" => body["ConsistentRead"] == true,
        "Query" => body["ConsistentRead"] == true || body["IndexName"].as_str().is_some_and(|it| it.starts_with("gsi")),
        "BatchGetItem" => {
            let mut tables = body["RequestItems"].as_object().into_iter().flatten();
            tables.all(|(_, keys)| keys["ConsistentRead"] == true)
        }
        _ => true,
    }
}
