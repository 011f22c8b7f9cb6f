//! Between every client and the database of a test: nobody may do with the audit what no function may, and a request
//! to a function knows whether it has written something.

use std::cell::Cell;
use std::sync::LazyLock;

use aws_sdk_dynamodb::config::interceptors::{BeforeTransmitInterceptorContextRef, FinalizerInterceptorContextRef};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

use crate::support::template::{Access, Permission, Template};
use crate::support::wire::{body, needs, operation};

tokio::task_local! {
    static HAS_WRITTEN: Cell<bool>;
}

/// The result of a request to a function, and whether its handler has written something.
pub(crate) async fn recording<T>(request: impl Future<Output = T>) -> (T, bool) {
    // A request is a large future, and a test has many of them.
    let recorded = Box::pin(async { (request.await, HAS_WRITTEN.with(Cell::get)) });
    HAS_WRITTEN.scope(Cell::new(false), recorded).await
}

/// What all functions together may do with the audit.
static AUDIT: LazyLock<Vec<Permission>> = LazyLock::new(|| {
    let template = Template::read();
    let all = template.functions().into_keys().flat_map(|function| template.permissions(&function));
    all.filter(|permission| is_of_audit(&permission.access)).collect()
});

fn is_of_audit(access: &Access) -> bool {
    access.resource.split('/').next() == Some("audit")
}

/// Tables whose plain writes are the middleware's: the last use of a key, counts, and records of idempotency.
const OF_MIDDLEWARE: [&str; 2] = ["admin", "ephemeral"];

/// Whether it is a write that a request is asked about.
fn is_write(operation: &str, access: &Access) -> bool {
    let writes = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"];
    let is_of_handler = operation == "TransactWriteItems" || !OF_MIDDLEWARE.contains(&access.resource.as_str());
    writes.contains(&access.action.as_str()) && is_of_handler
}

/// A call that writes.
#[derive(Debug)]
struct Writes;

impl Storable for Writes {
    type Storer = StoreReplace<Self>;
}

/// Refuses, and takes note.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard;

impl Intercept for Guard {
    fn name(&self) -> &'static str {
        "Guard"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let operation = operation(context);
        let needs = needs(&operation, &body(context)?);
        let is_refused =
            |access: &&Access| is_of_audit(access) && !AUDIT.iter().any(|it| it.allows(&operation, access));
        if let Some(access) = needs.iter().find(is_refused) {
            return Err(format!("AccessDenied: the template allows no function {access:?} by {operation}").into());
        }
        if needs.iter().any(|access| is_write(&operation, access)) {
            config.interceptor_state().store_put(Writes);
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if config.load::<Writes>().is_some() && matches!(context.output_or_error(), Some(Ok(_))) {
            // A write of the test itself is of no request.
            HAS_WRITTEN.try_with(|written| written.set(true)).unwrap_or_default();
        }
        Ok(())
    }
}
