//! The audit only grows: its entries are added inside transactions, and nobody changes or deletes one.

use ibw::audit::model::{Actor, AuditEntry, Changes};
use ibw::dynamo::{Entity, Error, Expression, Table, Transaction};
use ibw::random::Random;

use crate::support::app::TestApp;
use crate::support::policy::Watch;

fn entry(app: &TestApp, action: &str) -> AuditEntry {
    let actor = Actor { name: "bootstrap".to_owned(), request_id: "r".to_owned() };
    let object = "conferences/ibw-2026".to_owned();
    AuditEntry::new(&actor, action, object, Changes::default(), app.now(), &Random::System)
}

async fn add(audit: &Table, entry: &AuditEntry) -> Result<(), Error> {
    let mut transaction = Transaction::new();
    transaction.put_new(audit, entry);
    transaction.run(&Random::System).await
}

/// Adds an entry, and tries everything else.
async fn tamper(app: &TestApp, watch: Watch) {
    let audit = app.platform(&watch).tables.table("audit");
    let stored = entry(app, "conference.update");
    add(&audit, &stored).await.unwrap();
    let (key, always) = (stored.key(), Expression::default());
    let set = || Expression::new("SET #action = :none").name("#action", "action").text(":none", "");
    let once = || Transaction::<Error>::new().with_tries(1);
    let (mut update, mut delete) = (once(), once());
    update.update(&audit, &key, &set());
    delete.delete(&audit, &key);
    let new = entry(app, "conference.delete");
    let (absent, set, keys) = (Expression::absent(), set(), [key.clone()]);
    let refused = tokio::join!(
        audit.put(&new, &absent),
        async { audit.update::<AuditEntry>(&key, &set, &always).await.map(drop) },
        audit.delete(&key, &always),
        audit.batch_delete(&keys, &Random::System),
        update.run(&Random::System),
        delete.run(&Random::System),
    );
    let (put, changed, deleted, batch, updated, gone) = refused;
    for (n, refused) in [put, changed, deleted, batch, updated, gone].into_iter().enumerate() {
        let reason = refused.expect_err(&n.to_string()).to_string();
        assert!(reason.contains("AccessDenied"), "{n}: {reason}");
    }
}

#[tokio::test]
async fn entry_is_added_in_a_transaction_and_in_no_other_way() {
    let app = TestApp::start().await;
    // A function with its policy, and the test itself.
    tokio::join!(tamper(&app, Watch::over("conferences")), tamper(&app, Watch::over_test()));
    assert_eq!(app.database.items("audit").len(), 2);
}

#[tokio::test]
async fn function_without_the_permission_adds_nothing() {
    let app = TestApp::start().await;
    let audit = app.platform(&Watch::over("docs")).tables.table("audit");
    assert!(add(&audit, &entry(&app, "conference.update")).await.is_err());
    assert_eq!(app.database.items("audit").len(), 0);
}
