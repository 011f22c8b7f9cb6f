//! The audience of a message, as an expression over the attributes of members.
//!
//! An attribute of a member (a role, a topic) is a variant here: [`Audience::matches`] tests a member, and
//! [`Audience::source`] says where to search. What another domain knows is a [`Group`], replaced by its users before
//! use.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::group::Group;
use crate::id::UserId;
use crate::text::{Tag, distinct};
use crate::users::member::Member;
use crate::users::model::Facet;

/// Users that an audience can name one by one.
pub const MAX_USERS: usize = 2_000;
/// Parts of an expression: each is evaluated for each of 100,000 members.
const MAX_PARTS: usize = 50;

/// The recipients of a message, as an expression of at most 50 parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NotificationAudience)]
pub enum Audience {
    /// All users.
    #[schema(title = "EveryoneAudience")]
    Everyone,
    /// Users with this role.
    #[schema(title = "RoleAudience")]
    Role(Tag),
    /// Users of this ecosystem.
    #[schema(title = "EcosystemAudience")]
    Ecosystem(Tag),
    /// Users with this topic.
    #[schema(title = "TopicAudience")]
    Topic(Tag),
    /// These users, at most 2,000 in the whole expression.
    #[schema(title = "UsersAudience")]
    Users(#[serde(deserialize_with = "distinct")] BTreeSet<UserId>),
    /// Users of a group: attendees, bookmarks of sessions, participants of a side event.
    #[schema(title = "GroupAudience")]
    Group(Group),
    /// Users who are in all of these audiences.
    #[schema(title = "AllAudience", no_recursion)]
    All(Vec<Audience>),
    /// Users who are in any of these audiences.
    #[schema(title = "AnyAudience", no_recursion)]
    Any(Vec<Audience>),
    /// Users who are not in this audience.
    #[schema(title = "NotAudience", no_recursion)]
    Not(Box<Audience>),
}

/// A set of members that contains the whole audience, and maybe others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Everyone,
    Users(BTreeSet<UserId>),
}

/// The position in the list of members.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub shard: u8,
    pub after: Option<UserId>,
}

impl Audience {
    /// Why the expression is refused, if it is.
    pub fn problem(&self) -> Option<&'static str> {
        let (mut parts, mut users) = (0, 0);
        let mut left = vec![self];
        while let Some(part) = left.pop() {
            parts += 1;
            match part {
                Self::All(list) | Self::Any(list) if list.is_empty() => {
                    return Some("`all` and `any` must have at least one part");
                }
                Self::All(list) | Self::Any(list) => left.extend(list),
                Self::Not(inner) => left.push(inner),
                Self::Users(ids) => users += ids.len(),
                Self::Everyone | Self::Role(_) | Self::Ecosystem(_) | Self::Topic(_) | Self::Group(_) => {}
            }
        }
        if users > MAX_USERS {
            return Some("must name at most 2,000 users");
        }
        (parts > MAX_PARTS).then_some("must have at most 50 parts")
    }

    pub fn groups(&self) -> Vec<&Group> {
        match self {
            Self::Group(group) => vec![group],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::groups).collect(),
            Self::Not(inner) => inner.groups(),
            Self::Everyone | Self::Role(_) | Self::Ecosystem(_) | Self::Topic(_) | Self::Users(_) => Vec::new(),
        }
    }

    /// The same expression with each group replaced by its users. An unknown group is empty.
    #[must_use]
    pub fn with_groups(&self, known: &HashMap<Group, BTreeSet<UserId>>) -> Self {
        let parts = |parts: &[Self]| parts.iter().map(|part| part.with_groups(known)).collect();
        match self {
            Self::Group(group) => Self::Users(known.get(group).cloned().unwrap_or_default()),
            Self::All(all) => Self::All(parts(all)),
            Self::Any(any) => Self::Any(parts(any)),
            Self::Not(inner) => Self::Not(Box::new(inner.with_groups(known))),
            other => other.clone(),
        }
    }

    /// Whether a member is in the audience. Groups must have been replaced by their users before.
    pub fn matches(&self, member: &Member) -> bool {
        match self {
            Self::Everyone => true,
            Self::Role(tag) => member.is(&Facet::Role(tag.clone())),
            Self::Ecosystem(tag) => member.is(&Facet::Ecosystem(tag.clone())),
            Self::Topic(tag) => member.is(&Facet::Topic(tag.clone())),
            Self::Users(ids) => ids.contains(&member.user_id),
            Self::Group(_) => false,
            Self::All(parts) => parts.iter().all(|part| part.matches(member)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(member)),
            Self::Not(inner) => !inner.matches(member),
        }
    }

    /// Where to search: the smallest set that the expression allows. Groups must have been replaced by their users
    /// before.
    pub fn source(&self) -> Source {
        match self {
            Self::Users(ids) => Source::Users(ids.clone()),
            Self::All(parts) => {
                let sources = parts.iter().map(Self::source);
                let named = sources.filter_map(|source| match source {
                    Source::Users(ids) => Some(ids),
                    Source::Everyone => None,
                });
                named.min_by_key(BTreeSet::len).map_or(Source::Everyone, Source::Users)
            }
            Self::Any(parts) => {
                let all = parts.iter().map(Self::source).map(|source| match source {
                    Source::Users(ids) => Some(ids),
                    Source::Everyone => None,
                });
                let all: Option<Vec<BTreeSet<UserId>>> = all.collect();
                all.map_or(Source::Everyone, |sets| Source::Users(sets.into_iter().flatten().collect()))
            }
            Self::Everyone | Self::Role(_) | Self::Ecosystem(_) | Self::Topic(_) | Self::Group(_) | Self::Not(_) => {
                Source::Everyone
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Time;
    use proptest::prelude::*;
    use serde_json::json;

    fn user(n: u8) -> UserId {
        UserId::derive(Time::from_millis(1).unwrap(), &[&n.to_string()])
    }

    fn member(n: u8) -> Member {
        let tag = |name: &str| name.parse::<Tag>().unwrap();
        let role = if n.is_multiple_of(2) { "founder" } else { "developer" };
        let facets = [Facet::Role(tag(role)), Facet::Topic(tag(["defi", "nft", "zk"][usize::from(n % 3)]))];
        let facets = facets.iter().map(Facet::to_string).collect();
        Member { user_id: user(n), first_name: "Asha".to_owned(), language_code: None, facets }
    }

    fn audience() -> impl Strategy<Value = Audience> {
        let leaf = prop_oneof![
            Just(Audience::Everyone),
            prop_oneof!["founder", "developer"].prop_map(|tag| Audience::Role(tag.parse().unwrap())),
            prop_oneof!["defi", "zk"].prop_map(|tag| Audience::Topic(tag.parse().unwrap())),
            prop::collection::btree_set((0u8..12).prop_map(user), 0..5).prop_map(Audience::Users),
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(Audience::All),
                prop::collection::vec(inner.clone(), 1..4).prop_map(Audience::Any),
                inner.prop_map(|part| Audience::Not(Box::new(part))),
            ]
        })
    }

    #[test]
    fn audience_reads_as_the_api_writes_it() {
        let read = |value| serde_json::from_value::<Audience>(value);
        let id = user(1).to_string();
        let expression =
            json!({"all": ["everyone", {"any": [{"role": "Founder"}, {"users": [id]}]}, {"not": {"topic": "nft"}}]});
        assert!(read(expression).unwrap().problem().is_none());
        for bad in
            [json!({"role": "!!"}), json!({"everyone": 1, "role": "x"}), json!({"users": ["nobody"]}), json!("all")]
        {
            assert!(read(bad).is_err());
        }
        assert!(read(json!({"any": []})).unwrap().problem().is_some());
    }

    #[test]
    fn audience_of_named_users_is_looked_for_among_them_only() {
        let named = |ids: &[u8]| Audience::Users(ids.iter().copied().map(user).collect());
        let founders = Audience::Role("founder".parse().unwrap());
        assert_eq!(Audience::All(vec![founders.clone(), named(&[1, 2])]).source(), named(&[1, 2]).source());
        assert_eq!(Audience::Any(vec![named(&[1]), named(&[2])]).source(), named(&[1, 2]).source());
        assert_eq!(Audience::Any(vec![named(&[1]), founders]).source(), Source::Everyone);
    }

    #[test]
    fn audience_of_a_group_is_its_users_once_it_is_looked_up() {
        let group = Group::Attendees { conference: "ibw-2026".parse().unwrap() };
        let expression = json!({"all": [{"group": {"attendees": {"conference": "ibw-2026"}}}, {"role": "founder"}]});
        let audience: Audience = serde_json::from_value(expression).unwrap();
        assert_eq!(audience.groups(), [&group]);
        let known = HashMap::from([(group, BTreeSet::from([user(1), user(2)]))]);
        let resolved = audience.with_groups(&known);
        let reached: Vec<u8> = (0..12).filter(|n| resolved.matches(&member(*n))).collect();
        assert_eq!((reached, resolved.source()), (vec![2], Source::Users([user(1), user(2)].into())));
        assert!((0..12).all(|n| !audience.with_groups(&HashMap::new()).matches(&member(n))));
    }

    proptest! {
        #[test]
        fn source_has_everybody_who_matches(audience in audience()) {
            let source = audience.source();
            for n in 0..12 {
                let found = match &source {
                    Source::Everyone => true,
                    Source::Users(ids) => ids.contains(&user(n)),
                };
                prop_assert!(found || !audience.matches(&member(n)));
            }
        }
    }
}
