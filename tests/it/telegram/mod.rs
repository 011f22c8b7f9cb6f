//! Telegram: what the bot says and asks, and what Telegram tells it.

mod client;
