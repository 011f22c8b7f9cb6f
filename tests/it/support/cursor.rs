//! Cursors tell nothing: every answer and every request of a page that passes through the harness is looked at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Shorter texts may be in random bytes by chance: one of five letters is in one of 10^8 cursors.
const TELLING: usize = 5;
/// Shorter texts may be in Base64 by chance, which has a quarter of a byte's values: one of eight letters is in one of
/// 10^9 cursors.
const TELLING_IN_BASE64: usize = 8;

/// That neither the answer's cursor, nor the one that the request came with, tells anything of the answer's items.
pub(crate) fn assert_tell_nothing(path: &str, answer: &Value) {
    if !answer["items"].is_array() {
        // Not a page: a cursor that a test made up was refused.
        return;
    }
    let query = path.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let sent = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "cursor" || name == "since");
    let given = [&answer["next_cursor"], &answer["cursor"]].into_iter().find_map(Value::as_str);
    for cursor in sent.iter().map(|(_, cursor)| cursor.as_ref()).chain(given) {
        assert_tells_nothing(path, cursor, &answer["items"]);
    }
}

fn assert_tells_nothing(path: &str, cursor: &str, items: &Value) {
    let decoded = URL_SAFE_NO_PAD.decode(cursor).unwrap_or_default();
    let mut told = vec!["gsi1pk", "\"pk\"", "\"sk\"", "after"];
    texts(items, &mut told);
    for text in told {
        let is_in = |bytes: &[u8]| bytes.windows(text.len()).any(|part| part.eq_ignore_ascii_case(text.as_bytes()));
        let found = is_in(&decoded) || (text.len() >= TELLING_IN_BASE64 && is_in(cursor.as_bytes()));
        assert!(!found, "the cursor of {path} tells `{text}`");
    }
}

/// All texts of a value, and their parts.
fn texts<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => {
            found.extend(text.split(['_', ' ', '#', '/']).chain([text.as_str()]).filter(|part| part.len() >= TELLING));
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

#[test]
#[should_panic(expected = "tells `ticket-1`")]
fn cursor_that_names_an_item_is_found() {
    let cursor = URL_SAFE_NO_PAD
        .encode(r#"{"pk":"CONF#a","sk":"TICKET#ticket-1"}"#.replace("\"pk\"", "p").replace("\"sk\"", "s"));
    let answer = serde_json::json!({"items": [{"code": "ticket-1"}], "next_cursor": cursor});
    assert_tell_nothing("/tickets", &answer);
}
