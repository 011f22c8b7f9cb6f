//! How the directory finds users: each user has an entry in the list of all users, of each role, ecosystem and topic,
//! and of each word of the name. Entries have what filters need. The profiles of a page are read in one batch.

use serde::{Deserialize, Serialize};

use super::keys;
use super::model::{Facet, User, Visibility};
use crate::id::UserId;
use crate::text::{words, words_to_index};

/// Maximum number of indexed words of a user: more would not be a name, and each costs an item.
const MAX_WORDS: usize = 10;
/// Characters of a word that are indexed.
const MAX_WORD: usize = 40;

/// A user's entry in one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// The user.
    pub user_id: UserId,
    /// The list.
    pub facet: Facet,
    /// Sort key in the list.
    pub sort: String,
    /// All groups the user is in (the public, roles, ecosystems, topics), so that one list can be filtered by the
    /// others.
    pub facets: Vec<String>,
    /// The user's words, sorted, a space before each, so that ` ab` is found in it when a word begins with `ab`.
    pub words: String,
}

impl Listing {
    /// Whether this is the entry by which the user is found for `prefix`: two words may begin with it, the first one
    /// counts.
    pub fn is_first_for(&self, prefix: &str) -> bool {
        let first = self.words.split(' ').find(|word| !word.is_empty() && word.starts_with(prefix));
        matches!(&self.facet, Facet::Word(word) if Some(word.as_str()) == first)
    }
}

/// All entries of a user; none if other users cannot see the profile.
pub fn listings(user: &User) -> Vec<Listing> {
    if user.visibility == Visibility::Private || user.erase_after.is_some() {
        return Vec::new();
    }
    let words = search_words(user);
    let public = (user.visibility == Visibility::Public).then_some(Facet::Public);
    let groups = public.into_iter().chain(user.roles.iter().cloned().map(Facet::Role));
    let groups = groups.chain(user.ecosystems.iter().cloned().map(Facet::Ecosystem));
    let groups: Vec<Facet> = groups.chain(user.topics.iter().cloned().map(Facet::Topic)).collect();
    let facets: Vec<String> = groups.iter().map(Facet::to_string).collect();
    let text: String = words.iter().map(|word| format!(" {word}")).collect();
    let lists = [Facet::All].into_iter().chain(groups).chain(words.into_iter().map(Facet::Word));
    lists
        .map(|facet| Listing {
            user_id: user.id,
            sort: keys::place(user, &facet),
            facet,
            facets: facets.clone(),
            words: text.clone(),
        })
        .collect()
}

/// The words of a text, shortened as in the index: a search text must be shortened in the same way.
pub fn indexed_words(text: &str) -> Vec<String> {
    shortened(words(text))
}

fn shortened(words: Vec<String>) -> Vec<String> {
    words.into_iter().map(|word| word.chars().take(MAX_WORD).collect()).collect()
}

/// The words by which a user is found, sorted. A word that begins another of them is left out, because a search for it
/// finds the other.
fn search_words(user: &User) -> Vec<String> {
    let organization = user.organization.as_ref().map(|line| line.as_str());
    let sources = [Some(user.first_name.as_str()), user.last_name.as_deref(), user.username.as_deref(), organization];
    let mut found: Vec<String> =
        sources.into_iter().flatten().flat_map(|text| shortened(words_to_index(text))).collect();
    found.truncate(MAX_WORDS);
    found.sort_unstable();
    found.dedup();
    let all = found.clone();
    found.retain(|word| !all.iter().any(|other| other != word && other.starts_with(word.as_str())));
    found
}
