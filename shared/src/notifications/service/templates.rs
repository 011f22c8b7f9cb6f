//! Templates: a template is checked when it is written, not when it is sent.

use std::collections::BTreeMap;

use super::NotificationService;
use crate::audit::model::{Actor, AuditEntry};
use crate::expected::Expected;
use crate::notifications::content::{Flaw, MAX_MESSAGE, Rendered, hidden_in};
use crate::notifications::error::NotificationError;
use crate::notifications::html;
use crate::notifications::template::{Draft, Template};
use crate::text::Tag;

/// Most templates: they are listed without pages.
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

    /// Creates a template.
    pub async fn create_template(&self, actor: &Actor, name: Tag, draft: Draft) -> Result<Template, NotificationError> {
        check(&draft)?;
        if self.repository.templates().await?.len() >= MAX_TEMPLATES {
            let message = format!("there are {MAX_TEMPLATES} templates, the maximum; delete one first");
            return Err(NotificationError::Invalid(vec![Flaw { field: "name".to_owned(), message }]));
        }
        let now = self.clock.now();
        let template = Template { name, draft, version: 1, created_at: now, updated_at: now };
        let entry = self.template_entry(actor, "notification_template.create", None, Some(&template));
        self.repository.create_template(template, &entry).await
    }

    /// Replaces a template. Existing jobs keep their text.
    pub async fn update_template(
        &self,
        actor: &Actor,
        name: &Tag,
        draft: Draft,
        expected: &Expected,
    ) -> Result<Template, NotificationError> {
        check(&draft)?;
        let before = self.template(name).await?;
        if !expected.has(before.version) {
            return Err(NotificationError::PreconditionFailed);
        }
        let (version, updated_at) = (before.version + 1, self.clock.now());
        let template = Template { draft, version, updated_at, ..before.clone() };
        let entry = self.template_entry(actor, "notification_template.update", Some(&before), Some(&template));
        self.repository.save_template(&template, &entry).await?;
        Ok(template)
    }

    /// Deletes a template.
    pub async fn delete_template(
        &self,
        actor: &Actor,
        name: &Tag,
        expected: &Expected,
    ) -> Result<(), NotificationError> {
        let template = self.template(name).await?;
        if !expected.has(template.version) {
            return Err(NotificationError::PreconditionFailed);
        }
        let entry = self.template_entry(actor, "notification_template.delete", Some(&template), None);
        self.repository.delete_template(&template, &entry).await
    }

    /// What the audit has of a change of a template.
    fn template_entry(
        &self,
        actor: &Actor,
        action: &str,
        old: Option<&Template>,
        new: Option<&Template>,
    ) -> AuditEntry {
        let name = old.or(new).map(|template| template.name.to_string()).unwrap_or_default();
        self.progress.entry(actor, action, format!("notifications/templates/{name}"), old, new)
    }

    /// A template's message with these arguments, for a recipient of this language and name.
    pub async fn preview_template(
        &self,
        name: &Tag,
        arguments: &BTreeMap<String, String>,
        language: Option<&str>,
        first_name: &str,
    ) -> Result<Rendered, NotificationError> {
        let content = self.template(name).await?.draft.content;
        let mut flaws = content.flaws_with(arguments, MAX_MESSAGE);
        flaws.extend(hidden_in(arguments));
        if !flaws.is_empty() {
            return Err(NotificationError::Invalid(flaws));
        }
        content.render(language, arguments, first_name).ok_or(NotificationError::NotFound("language"))
    }
}

/// Checks that every language can be sent: placeholders, HTML and Telegram's limit.
fn check(draft: &Draft) -> Result<(), NotificationError> {
    let mut flaws = draft.content.flaws(&draft.argument_names());
    let used = draft.content.placeholders();
    let unused = draft.argument_names().into_iter().filter(|name| !used.contains(name));
    flaws.extend(
        unused
            .map(|name| Flaw { field: format!("arguments.{name}"), message: "is not used in the content".to_owned() }),
    );
    for (locale, wording) in &draft.content.locales {
        let fixed = html::length(wording.body.as_str()) + wording.title.as_str().encode_utf16().count();
        if fixed > MAX_MESSAGE {
            let message = format!("must have at most {MAX_MESSAGE} characters; it has {fixed}");
            flaws.push(Flaw { field: format!("locales.{locale}"), message });
        }
    }
    if flaws.is_empty() { Ok(()) } else { Err(NotificationError::Invalid(flaws)) }
}
