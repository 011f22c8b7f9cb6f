//! A verification's mail: from the profile through outbox, stream, relay, queue and worker to SES.

use aws_sdk_sqs::types::MessageAttributeValue;
use reqwest::Method;
use serde_json::{Value, json};

use super::cloud::{Cloud, eventually, json as answer};

/// Asks for a code, and tells the address it goes to.
async fn ask_for_code(cloud: &Cloud, init_data: &str, telegram_id: &Value) -> String {
    let address = format!("asha{telegram_id}@example.org");
    let request = cloud.request(Method::POST, "/api/v1/users/me/email").header("X-Telegram-Auth", init_data);
    let (status, body) = answer(request.json(&json!({"email": address}))).await;
    assert_eq!(status, 202, "{body}");
    address
}

async fn is_drained(cloud: &Cloud, queue: &str) -> Option<()> {
    (cloud.depth(queue).await == (0, 0)).then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn verification_mail_arrives_once_and_its_code_proves_the_address() {
    let cloud = Cloud::running();
    let (person, init_data) = cloud.somebody();
    let address = ask_for_code(&cloud, &init_data, &person.user["id"]).await;
    let mail = eventually("a mail", || async { cloud.mails_to(&address).await.pop() }).await;

    // The queue delivers the very same message again, twice.
    let verify = |code: &str| {
        let request =
            cloud.request(Method::POST, "/api/v1/users/me/email/verify").header("X-Telegram-Auth", &init_data);
        answer(request.json(&json!({"code": code})))
    };
    let queue = cloud.queue("email").await;
    let (user_id, verification_id) = open_verification(&cloud, &init_data).await;
    let body = json!({"type": "email_verification", "v": 1, "user_id": user_id, "verification_id": verification_id});
    for _ in 0..2 {
        let key = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(&verification_id)
            .build()
            .expect("complete");
        let send = cloud
            .sqs
            .send_message()
            .queue_url(&queue)
            .message_body(body.to_string())
            .message_attributes("dedupe_key", key);
        send.send().await.expect("the queue takes it");
    }
    eventually("an empty queue", || is_drained(&cloud, &queue)).await;
    assert_eq!(cloud.mails_to(&address).await.len(), 1);

    let code = mail["BodyText"]
        .as_str()
        .and_then(|text| text.split("Your code is ").nth(1))
        .and_then(|rest| rest.get(..6))
        .expect("a code in the mail");
    let (status, user) = verify(code).await;
    assert_eq!(
        (status, user["email"].as_str(), user["email_verified"].as_bool()),
        (200, Some(address.as_str()), Some(true)),
        "{user}"
    );
}

/// Reads the open verification where the system keeps it, to deliver its message again.
async fn open_verification(cloud: &Cloud, init_data: &str) -> (String, String) {
    let me = cloud.request(Method::GET, "/api/v1/users/me").header("X-Telegram-Auth", init_data);
    let user_id = answer(me).await.1["id"].as_str().expect("an id").to_owned();
    let user = user_id.parse().expect("a user's id");
    let verification = cloud.users().verification(user, ibw::time::Clock::System.now()).await.expect("a read");
    (user_id, verification.expect("an open verification").id.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_ses_never_takes_ends_among_the_dead_letters_with_nothing_lost() {
    let cloud = Cloud::running();
    let (person, init_data) = cloud.somebody();
    let address = format!("asha{}@example.org", person.user["id"]);
    let faults = format!("{}/_control/faults", cloud.variable("TELEGRAM_FAKE_URL"));
    let fault = json!({"service": "ses", "status": 500, "match": address});
    assert_eq!(answer(cloud.raw(Method::PUT, &faults).json(&fault)).await.0, 200);
    ask_for_code(&cloud, &init_data, &person.user["id"]).await;
    let (user_id, verification_id) = open_verification(&cloud, &init_data).await;

    let dead_letters = cloud.queue("email-dlq").await;
    let found = eventually("a dead letter", || async {
        let received =
            cloud.sqs.receive_message().queue_url(&dead_letters).visibility_timeout(1).send().await.expect("an answer");
        let bodies = received.messages.unwrap_or_default().into_iter().filter_map(|message| message.body);
        bodies.filter(|body| body.contains(&verification_id)).last()
    });
    let body: Value = serde_json::from_str(&found.await).expect("JSON");
    assert_eq!(
        body,
        json!({"type": "email_verification", "v": 1, "user_id": user_id, "verification_id": verification_id})
    );
    assert_eq!(cloud.mails_to(&address).await.len(), 0);
}
