//! Templates: what is wrong with one is said when it is written, not when it is sent.

use std::collections::BTreeMap;

use super::NotificationService;
use crate::notifications::content::{Flaw, MAX_MESSAGE, Rendered};
use crate::notifications::error::NotificationError;
use crate::notifications::html;
use crate::notifications::template::{Draft, Template};
use crate::text::Tag;

/// Templates that there can be: they are listed in one go.
const MAX_TEMPLATES: usize = 500;

impl NotificationService {
    /// All templates, by name.
    pub async fn templates(&self) -> Result<Vec<Template>, NotificationError> {
        Ok(self.repository.templates().await?)
    }

    /// A template.
    pub async fn template(&self, name: &Tag) -> Result<Template, NotificationError> {
        self.repository.template(name).await?.ok_or(NotificationError::NotFound("template"))
    }

    /// Writes a new template.
    pub async fn create_template(&self, name: Tag, draft: Draft) -> Result<Template, NotificationError> {
        check(&draft)?;
        if self.repository.templates().await?.len() >= MAX_TEMPLATES {
            let flaw =
                Flaw { field: "name".to_owned(), message: "there are 500 templates, and no more fit".to_owned() };
            return Err(NotificationError::Invalid(vec![flaw]));
        }
        let now = self.clock.now();
        let template = Template { name, draft, version: 1, created_at: now, updated_at: now };
        self.repository.create_template(&template).await?;
        Ok(template)
    }

    /// Writes a template anew. Jobs keep what it said when they were written.
    pub async fn update_template(
        &self,
        name: &Tag,
        draft: Draft,
        expected: u64,
    ) -> Result<Template, NotificationError> {
        check(&draft)?;
        let before = self.template(name).await?;
        if before.version != expected {
            return Err(NotificationError::PreconditionFailed);
        }
        let template = Template { draft, version: expected + 1, updated_at: self.clock.now(), ..before };
        self.repository.save_template(&template).await?;
        Ok(template)
    }

    /// Deletes a template.
    pub async fn delete_template(&self, name: &Tag, expected: u64) -> Result<(), NotificationError> {
        self.template(name).await?;
        self.repository.delete_template(name, expected).await
    }

    /// What a template says with these arguments to somebody of this language and name.
    pub async fn preview_template(
        &self,
        name: &Tag,
        arguments: &BTreeMap<String, String>,
        language: Option<&str>,
        first_name: &str,
    ) -> Result<Rendered, NotificationError> {
        let content = self.template(name).await?.draft.content;
        let flaws = content.flaws_with(arguments, MAX_MESSAGE);
        if !flaws.is_empty() {
            return Err(NotificationError::Invalid(flaws));
        }
        content.render(language, arguments, first_name).ok_or(NotificationError::NotFound("language"))
    }
}

/// Whether every language can be sent, placeholders and Telegram's limit included.
fn check(draft: &Draft) -> Result<(), NotificationError> {
    let mut flaws = draft.content.flaws(&draft.argument_names());
    let used = draft.content.placeholders();
    let unused = draft.argument_names().into_iter().filter(|name| !used.contains(name));
    flaws.extend(unused.map(|name| Flaw { field: format!("arguments.{name}"), message: "is not used".to_owned() }));
    for (locale, wording) in &draft.content.locales {
        let fixed = html::plain(wording.body.as_str()).chars().count() + wording.title.as_str().chars().count();
        if fixed > MAX_MESSAGE {
            let message = format!("has {fixed} characters, and at most {MAX_MESSAGE} can be sent");
            flaws.push(Flaw { field: format!("locales.{locale}"), message });
        }
    }
    if flaws.is_empty() { Ok(()) } else { Err(NotificationError::Invalid(flaws)) }
}
