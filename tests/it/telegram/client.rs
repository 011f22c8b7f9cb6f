//! Calls of the Bot API: what is sent, and what each way to fail is taken for.

use std::time::Duration;

use ibw::clients::telegram::{Button, ChatMember, Telegram, TelegramError, TelegramMessage};
use ibw::config::{Env, Secret};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

use crate::support::telegram::BOT_TOKEN;

const HELLO: TelegramMessage<'static> = TelegramMessage { html: "<b>Hello</b>", photo: None, button: None };

fn bot(api: &str) -> Telegram {
    waiting(api, "10000")
}

/// A bot whose calls may take so many milliseconds.
fn waiting(api: &str, millis: &str) -> Telegram {
    let mut env = Env::of([
        ("TELEGRAM_API_URL", api),
        ("TELEGRAM_BOT_TOKENS", &format!("{BOT_TOKEN},7000000002:AAanother")),
        ("TELEGRAM_TIMEOUT_MS", millis),
    ]);
    let bot = Telegram::read(&mut env);
    env.finish(bot).expect("a sound environment")
}

/// A Bot API with one answer to all.
async fn answering(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

fn ok(result: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(json!({"ok": true, "result": result}))
}

fn refusal(code: u16, description: &str, parameters: &Value) -> ResponseTemplate {
    let body = json!({"ok": false, "error_code": code, "description": description, "parameters": parameters});
    ResponseTemplate::new(code).set_body_json(body)
}

/// The only call that a server got: method of the API, and arguments.
async fn only_call(server: &MockServer) -> (String, Value) {
    let requests = server.received_requests().await.expect("recorded requests");
    assert_eq!(requests.len(), 1, "each call is sent once");
    let method = requests[0].url.path().strip_prefix(&format!("/bot{BOT_TOKEN}/")).expect("a call of our bot");
    (method.to_owned(), requests[0].body_json().expect("a JSON body"))
}

#[tokio::test]
async fn message_is_sent_as_html_without_previews() {
    let server = answering(ok(json!({"message_id": 7, "date": 1, "chat": {"id": 42}}))).await;
    assert_eq!(bot(&server.uri()).send(42, &HELLO).await, Ok(7));
    let expected = json!({
        "chat_id": 42, "text": "<b>Hello</b>", "parse_mode": "HTML", "link_preview_options": {"is_disabled": true},
    });
    assert_eq!(only_call(&server).await, ("sendMessage".to_owned(), expected));
}

#[tokio::test]
async fn message_with_a_photo_is_its_caption_and_a_button_goes_below() {
    let server = answering(ok(json!({"message_id": 8}))).await;
    let button = Some(Button { text: "Open", url: "https://t.me/ibw_bot/app" });
    let message = TelegramMessage { photo: Some("https://ibw.example/a.png"), button, ..HELLO };
    assert_eq!(bot(&format!("{}/", server.uri())).send(-100, &message).await, Ok(8));
    let expected = json!({
        "chat_id": -100, "photo": "https://ibw.example/a.png", "caption": "<b>Hello</b>", "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": "Open", "url": "https://t.me/ibw_bot/app"}]]},
    });
    assert_eq!(only_call(&server).await, ("sendPhoto".to_owned(), expected));
}

#[tokio::test]
async fn member_is_who_telegram_says_is_in_the_chat() {
    let cases = [
        (json!({"status": "creator", "is_anonymous": false}), true),
        (json!({"status": "administrator", "can_be_edited": false}), true),
        (json!({"status": "member"}), true),
        (json!({"status": "restricted", "is_member": true, "until_date": 0}), true),
        (json!({"status": "restricted", "is_member": false, "until_date": 0}), false),
        (json!({"status": "left"}), false),
        (json!({"status": "kicked", "until_date": 0}), false),
        (json!({"status": "hologram"}), false),
    ];
    for (mut member, expected) in cases {
        member["user"] = json!({"id": 42, "is_bot": false, "first_name": "Asha"});
        let server = answering(ok(member.clone())).await;
        let found = bot(&server.uri()).chat_member(-100, 42).await.map(ChatMember::is_member);
        assert_eq!(found, Ok(expected), "{member}");
        assert_eq!(only_call(&server).await, ("getChatMember".to_owned(), json!({"chat_id": -100, "user_id": 42})));
    }
}

#[tokio::test]
async fn webhook_is_set_with_its_secret_and_kinds() {
    let server = answering(ok(json!(true))).await;
    let (bot, secret) = (bot(&server.uri()), Secret::new("s3cret"));
    assert_eq!(bot.set_webhook("https://api.example/hook", &secret, &["message"]).await, Ok(()));
    let expected = json!({"url": "https://api.example/hook", "secret_token": "s3cret", "allowed_updates": ["message"]});
    assert_eq!(only_call(&server).await, ("setWebhook".to_owned(), expected));
}

#[tokio::test]
async fn refusals_are_told_apart() {
    let wait = |seconds| TelegramError::RateLimited { retry_after: Duration::from_secs(seconds) };
    let none = json!({});
    let cases = [
        (refusal(429, "Too Many Requests: retry after 17", &json!({"retry_after": 17})), wait(17)),
        (ResponseTemplate::new(429).set_body_string("slow down"), wait(1)),
        (refusal(403, "Forbidden: bot was blocked by the user", &none), TelegramError::Blocked),
        (refusal(403, "Forbidden: user is deactivated", &none), TelegramError::Blocked),
        (refusal(403, "Forbidden: bot can't initiate conversation with a user", &none), TelegramError::Blocked),
        (refusal(403, "Forbidden: bot was kicked from the group chat", &none), TelegramError::Blocked),
        (refusal(400, "Bad Request: chat not found", &none), TelegramError::ChatNotFound),
        (refusal(400, "[Error]: PEER_ID_INVALID", &none), TelegramError::ChatNotFound),
        (refusal(400, "Bad Request: user not found", &none), TelegramError::ChatNotFound),
        (refusal(400, "Bad Request: group chat was deactivated", &none), TelegramError::ChatNotFound),
        (
            refusal(
                400,
                "Bad Request: group chat was upgraded",
                &json!({"migrate_to_chat_id": -1_001_234_567_890_i64}),
            ),
            TelegramError::Migrated { to: -1_001_234_567_890 },
        ),
        (refusal(400, "Bad Request: can't parse entities", &none), TelegramError::Rejected(400)),
        (refusal(413, "Request Entity Too Large", &none), TelegramError::Rejected(413)),
        (ResponseTemplate::new(418).set_body_string("<html>"), TelegramError::Rejected(418)),
        (refusal(401, "Unauthorized", &none), TelegramError::Unauthorized),
        (refusal(404, "Not Found", &none), TelegramError::Unauthorized),
        (refusal(500, "Internal Server Error", &none), TelegramError::Unavailable("status")),
        (ResponseTemplate::new(502).set_body_string("<html>"), TelegramError::Unavailable("status")),
        (
            ResponseTemplate::new(302).insert_header("location", "http://127.0.0.1:1/"),
            TelegramError::Unavailable("redirect"),
        ),
        (ResponseTemplate::new(200).set_body_string("<html>"), TelegramError::Unconfirmed),
        (ok(json!({"message_id": "seven"})), TelegramError::Unconfirmed),
        (ok(json!({"message_id": 7, "text": "x".repeat(1024 * 1024)})), TelegramError::Unconfirmed),
    ];
    for (answer, expected) in cases {
        let server = answering(answer).await;
        assert_eq!(bot(&server.uri()).send(42, &HELLO).await, Err(expected));
        only_call(&server).await;
    }
}

#[tokio::test]
async fn host_that_takes_no_connection_is_unavailable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    for host in [format!("127.0.0.1:{port}"), "no-such-host.invalid".to_owned()] {
        let sent = bot(&format!("http://{host}")).send(42, &HELLO).await;
        assert_eq!(sent, Err(TelegramError::Unavailable("connection")), "{host}");
    }
}

#[tokio::test]
async fn answer_that_does_not_come_in_time_is_unconfirmed() {
    let server = answering(ok(json!({"message_id": 7})).set_delay(Duration::from_secs(60))).await;
    assert_eq!(waiting(&server.uri(), "1000").send(42, &HELLO).await, Err(TelegramError::Unconfirmed));
    only_call(&server).await;
}

#[tokio::test]
async fn answer_that_breaks_off_is_unconfirmed_unless_its_status_says_more() {
    let cases = [
        ("", TelegramError::Unconfirmed),
        ("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"ok\":true", TelegramError::Unconfirmed),
        ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 99\r\n\r\n<html>", TelegramError::Unavailable("status")),
    ];
    for (bytes, expected) in cases {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            let (mut connection, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            assert_ne!(connection.read(&mut request).await.unwrap(), 0);
            connection.write_all(bytes.as_bytes()).await.unwrap();
        });
        assert_eq!(bot(&api).send(42, &HELLO).await, Err(expected), "{bytes}");
        server.await.unwrap();
    }
}

#[tokio::test]
async fn bot_and_its_errors_never_print_the_token() {
    let server = answering(refusal(400, &format!("no {BOT_TOKEN} here"), &json!({}))).await;
    let (refusing, absent) = (bot(&server.uri()), bot("http://127.0.0.1:1"));
    for bot in [&refusing, &absent] {
        let error = bot.send(42, &HELLO).await.unwrap_err();
        let printed = format!("{error:?} {error} {bot:?}");
        assert!(!printed.contains("AAtestToken") && !printed.contains("Hello"), "{printed}");
    }
}

#[test]
fn bot_without_a_token_or_with_a_wrong_address_is_refused_by_name() {
    let mut env = Env::of([("TELEGRAM_API_URL", "telegram")]);
    Telegram::read(&mut env);
    let problems = env.finish(()).unwrap_err().to_string();
    assert!(problems.contains("TELEGRAM_BOT_TOKENS: is missing"), "{problems}");
    assert!(problems.contains("TELEGRAM_API_URL: "), "{problems}");
}
