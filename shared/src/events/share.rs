//! Posts about an event: text, hashtags and links that open a prepared post.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::Event;
use crate::text::Tag;
use crate::url::HttpsUrl;

/// Text and links for posts about an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SideEventShare)]
pub struct Share {
    /// Title of the event.
    pub title: String,
    /// Text of the post.
    pub text: String,
    /// Link that opens the event in the mini app.
    pub url: String,
    /// Image of the post.
    pub image_url: Option<HttpsUrl>,
    /// Hashtags, without `#`.
    pub hashtags: Vec<Tag>,
    /// Link that opens Telegram with the prepared post.
    pub telegram_url: String,
    /// Link that opens X with the prepared post.
    pub x_url: String,
}

impl Share {
    /// The mini app is at `app`.
    pub fn of(event: &Event, app: &HttpsUrl) -> Self {
        let details = &event.details;
        let sharing = details.social_sharing.as_ref();
        let said = sharing.and_then(|sharing| sharing.text.as_ref()).map(|text| text.as_str().to_owned());
        let text = said.unwrap_or_else(|| format!("{}, {}", details.title, event.when(details.starts_at)));
        let hashtags: Vec<Tag> = sharing.map(|sharing| sharing.hashtags.iter().cloned().collect()).unwrap_or_default();
        let url = event.link(app);
        // On X, a hashtag has only letters and digits.
        let tags: Vec<String> = hashtags.iter().map(|tag| tag.as_str().replace('-', "")).collect();
        let link = |base: &str, parameters: &[(&str, &str)]| {
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
            // Telegram does not decode `+` as a space.
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
