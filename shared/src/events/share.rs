//! What a post about an event says, and links that have it written at once.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::Event;
use crate::text::Tag;
use crate::url::HttpsUrl;

/// How an event is shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Share {
    /// The event's title.
    pub title: String,
    /// What a post says.
    pub text: String,
    /// Where the event is: opens it in the mini app.
    pub url: String,
    /// A picture.
    pub image_url: Option<HttpsUrl>,
    /// Hashtags, without `#`.
    pub hashtags: Vec<Tag>,
    /// Opens Telegram with the post written.
    pub telegram_url: String,
    /// Opens X with the post written.
    pub x_url: String,
}

impl Share {
    /// Of an event, which the mini app at `app` opens.
    pub fn of(event: &Event, app: &HttpsUrl) -> Self {
        let details = &event.details;
        let sharing = details.social_sharing.as_ref();
        let said = sharing.and_then(|sharing| sharing.text.as_ref()).map(|text| text.as_str().to_owned());
        let text = said.unwrap_or_else(|| format!("{}, {}", details.title, event.when(details.starts_at)));
        let hashtags: Vec<Tag> = sharing.map(|sharing| sharing.hashtags.iter().cloned().collect()).unwrap_or_default();
        let url = event.link(app);
        // X takes a hashtag for letters and digits only.
        let tags: Vec<String> = hashtags.iter().map(|tag| tag.as_str().replace('-', "")).collect();
        let link = |base: &str, parameters: &[(&str, &str)]| {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
            // Telegram shows a `+` as it is.
            format!("{base}?{}", query.replace('+', "%20"))
        };
        Self {
            telegram_url: link("https://t.me/share/url", &[("url", &url), ("text", &text)]),
            x_url: link("https://x.com/intent/post", &[("text", &text), ("url", &url), ("hashtags", &tags.join(","))]),
            title: details.title.to_string(),
            image_url: sharing.and_then(|sharing| sharing.image_url.clone()).or_else(|| details.image_url.clone()),
            text,
            url,
            hashtags,
        }
    }
}
