//! Telegram's `Update` (<https://core.telegram.org/bots/api#update>), as far as it concerns us.

use serde::Deserialize;
use serde_json::Value;

use crate::clients::telegram::ChatMember;
use crate::telegram::model::TelegramEvent;
use crate::users::model::UpdateTime;

/// Characters of a link's parameter (Telegram's limit is 64).
const MAX_PAYLOAD: usize = 64;
/// Characters of an IETF language tag (RFC 5646, section 4.4.1).
const MAX_LANGUAGE: usize = 35;
/// What concerns us: an update has one of these, or something else.
const KINDS: [&str; 3] = ["message", "my_chat_member", "chat_member"];

/// An update that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Update {
    /// When Telegram made it.
    pub time: UpdateTime,
    /// Language of the account that it comes from, if Telegram says so.
    pub language: Option<String>,
    /// What happened; or the kind of something that does not concern us.
    pub event: Result<TelegramEvent, String>,
}

#[derive(Deserialize)]
struct Message {
    date: i64,
    chat: Chat,
    from: Option<Account>,
    text: Option<String>,
    migrate_to_chat_id: Option<i64>,
}

#[derive(Deserialize)]
struct Chat {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Account {
    id: i64,
}

#[derive(Deserialize)]
struct MemberChange {
    date: i64,
    chat: Chat,
    from: Account,
    new_chat_member: NewMember,
}

#[derive(Deserialize)]
struct NewMember {
    user: Account,
    #[serde(flatten)]
    standing: ChatMember,
}

impl Update {
    /// Reads an update; `None` when it is none.
    pub(super) fn read(json: &Value) -> Option<Self> {
        let update_id = json["update_id"].as_i64()?;
        let kind = kind(json)?;
        let body = &json[kind];
        let language = body["from"]["language_code"].as_str().filter(|code| (1..=MAX_LANGUAGE).contains(&code.len()));
        let read = |sent_at, event: Option<TelegramEvent>| {
            let (time, language) = (UpdateTime { sent_at, update_id }, language.map(str::to_owned));
            Some(Self { time, language, event: event.ok_or_else(|| kind.to_owned()) })
        };
        match kind {
            "message" => {
                let message = Message::deserialize(body).ok()?;
                read(message.date, message.event())
            }
            "my_chat_member" => {
                let change = MemberChange::deserialize(body).ok()?;
                read(change.date, Some(change.of_the_bot()))
            }
            "chat_member" => {
                let change = MemberChange::deserialize(body).ok()?;
                let (chat_id, telegram_id) = (change.chat.id, change.new_chat_member.user.id);
                let is_member = change.new_chat_member.standing.is_member();
                read(change.date, Some(TelegramEvent::Membership { chat_id, telegram_id, is_member }))
            }
            _ => read(body["date"].as_i64().unwrap_or_default(), None),
        }
    }
}

/// The member that says what happened. Telegram adds members from time to time, and none of them hides it.
fn kind(json: &Value) -> Option<&str> {
    let members = json.as_object()?;
    let known = KINDS.into_iter().find(|kind| !json[*kind].is_null());
    let other = || members.iter().find(|(name, value)| *name != "update_id" && !value.is_null());
    Some(known.or_else(|| other().map(|(name, _)| name.as_str())).unwrap_or_default())
}

impl Message {
    /// A command in a private chat, or a group that moves; nothing else that is said concerns us.
    fn event(&self) -> Option<TelegramEvent> {
        let chat_id = self.chat.id;
        if let Some(to) = self.migrate_to_chat_id {
            return Some(TelegramEvent::Migrated { from: chat_id, to });
        }
        let telegram_id = self.from.as_ref().filter(|_| self.chat.kind == "private")?.id;
        let mut words = self.text.as_deref()?.split_whitespace();
        let command = words.next()?;
        // In private, too, a command may name the bot that it is for.
        match command.split('@').next()?.to_ascii_lowercase().as_str() {
            "/start" => {
                let fits = |word: &&str| {
                    word.len() <= MAX_PAYLOAD
                        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
                };
                Some(TelegramEvent::Start {
                    telegram_id,
                    chat_id,
                    payload: words.next().filter(fits).map(str::to_owned),
                })
            }
            "/stop" => Some(TelegramEvent::Stop { telegram_id, chat_id }),
            "/help" => Some(TelegramEvent::Help { chat_id }),
            _ => None,
        }
    }
}

impl MemberChange {
    fn of_the_bot(&self) -> TelegramEvent {
        let is_member = self.new_chat_member.standing.is_member();
        match (self.chat.kind.as_str(), is_member) {
            ("private", true) => TelegramEvent::Unblocked { telegram_id: self.from.id },
            ("private", false) => TelegramEvent::Blocked { telegram_id: self.from.id },
            _ => TelegramEvent::BotMembership { chat_id: self.chat.id, is_member },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn said(text: &str, kind: &str) -> Value {
        json!({"update_id": 7, "message": {
            "message_id": 1, "date": 100, "text": text, "chat": {"id": 42, "type": kind}, "from": {"id": 42, "is_bot": false},
        }})
    }

    fn event(json: &Value) -> Result<TelegramEvent, String> {
        Update::read(json).expect("an update").event
    }

    fn member_change(kind: &str, chat: &str, status: Value) -> Value {
        let mut standing = json!({"user": {"id": 9, "is_bot": true}});
        standing.as_object_mut().unwrap().extend(status.as_object().unwrap().clone());
        json!({"update_id": 8, kind: {
            "date": 5, "chat": {"id": -100, "type": chat}, "from": {"id": 42}, "old_chat_member": {}, "new_chat_member": standing,
        }})
    }

    #[test]
    fn commands_in_private_are_events() {
        let start = |payload: Option<&str>| TelegramEvent::Start {
            telegram_id: 42,
            chat_id: 42,
            payload: payload.map(str::to_owned),
        };
        assert_eq!(event(&said("/start", "private")), Ok(start(None)));
        assert_eq!(event(&said("/start quest_7", "private")), Ok(start(Some("quest_7"))));
        assert_eq!(event(&said("/start@ibw_bot ref_1 more", "private")), Ok(start(Some("ref_1"))));
        assert_eq!(event(&said("/start a#b", "private")), Ok(start(None)), "no parameter that Telegram would take");
        assert_eq!(event(&said("/stop", "private")), Ok(TelegramEvent::Stop { telegram_id: 42, chat_id: 42 }));
        assert_eq!(event(&said("/help", "private")), Ok(TelegramEvent::Help { chat_id: 42 }));
    }

    #[test]
    fn command_is_known_in_any_case_and_its_parameter_stays_as_it_is() {
        let Ok(TelegramEvent::Start { payload, .. }) = event(&said("/START@IBW_bot Ref_A", "private")) else {
            panic!()
        };
        assert_eq!(payload.as_deref(), Some("Ref_A"));
        assert_eq!(event(&said("/Help", "private")), Ok(TelegramEvent::Help { chat_id: 42 }));
    }

    #[test]
    fn members_that_are_unknown_or_null_hide_nothing() {
        let help = Ok(TelegramEvent::Help { chat_id: 42 });
        for (name, value) in
            [("a_new_member", json!({"date": 1})), ("callback_query", Value::Null), ("chat_member", Value::Null)]
        {
            let mut update = said("/help", "private");
            update[name] = value;
            assert_eq!(event(&update), help, "{update}");
        }
        let mut update = said("/help", "private");
        for name in ["from", "chat"] {
            update["message"][name]["a_new_member"] = json!([1]);
            update["message"][name]["username"] = Value::Null;
        }
        for name in ["migrate_to_chat_id", "entities", "a_new_member"] {
            update["message"][name] = Value::Null;
        }
        assert_eq!(event(&update), help);
        assert_eq!(
            event(&json!({"update_id": 1, "edited_message": null, "poll": {"id": "x"}})),
            Err("poll".to_owned())
        );
        assert_eq!(event(&json!({"update_id": 1, "poll": null})), Err(String::new()));
    }

    #[test]
    fn language_is_that_of_the_sender() {
        let language = |code: Value| {
            let mut update = said("/help", "private");
            update["message"]["from"]["language_code"] = code;
            Update::read(&update).unwrap().language
        };
        assert_eq!(language(json!("zh-Hans")), Some("zh-Hans".to_owned()));
        for none in [Value::Null, json!(""), json!(7), json!("x".repeat(36))] {
            assert_eq!(language(none.clone()), None, "{none}");
        }
    }

    #[test]
    fn what_does_not_concern_us_is_known_by_its_kind_only() {
        for text in ["hello", "/starting", "start", "/dance", ""] {
            assert_eq!(event(&said(text, "private")), Err("message".to_owned()), "{text}");
        }
        assert_eq!(event(&said("/start", "supergroup")), Err("message".to_owned()));
        assert_eq!(event(&json!({"update_id": 1, "poll": {"id": "x"}})), Err("poll".to_owned()));
        assert_eq!(event(&json!({"update_id": 1})), Err(String::new()));
    }

    #[test]
    fn members_come_and_go() {
        let bot = |chat, status| event(&member_change("my_chat_member", chat, json!({"status": status})));
        assert_eq!(bot("private", "kicked"), Ok(TelegramEvent::Blocked { telegram_id: 42 }));
        assert_eq!(bot("private", "member"), Ok(TelegramEvent::Unblocked { telegram_id: 42 }));
        assert_eq!(bot("supergroup", "member"), Ok(TelegramEvent::BotMembership { chat_id: -100, is_member: true }));
        let other = |status| event(&member_change("chat_member", "supergroup", status));
        let membership = |is_member| Ok(TelegramEvent::Membership { chat_id: -100, telegram_id: 9, is_member });
        for (status, is_member) in
            [("creator", true), ("administrator", true), ("member", true), ("left", false), ("kicked", false)]
        {
            assert_eq!(other(json!({"status": status})), membership(is_member), "{status}");
        }
        assert_eq!(other(json!({"status": "restricted", "is_member": true})), membership(true));
        assert_eq!(other(json!({"status": "restricted", "is_member": false})), membership(false));
    }

    #[test]
    fn group_that_moves_is_an_event() {
        let mut update = said("", "group");
        update["message"]["migrate_to_chat_id"] = json!(-1000);
        assert_eq!(event(&update), Ok(TelegramEvent::Migrated { from: 42, to: -1000 }));
    }

    #[test]
    fn what_is_no_update_is_refused() {
        for bad in [json!({}), json!({"update_id": "7"}), json!({"update_id": 7, "message": {"date": 1}}), json!(7)] {
            assert_eq!(Update::read(&bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text: String) {
            prop_assert!(Update::read(&said(&text, "private")).is_some());
        }
    }
}
