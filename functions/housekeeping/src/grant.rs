//! Grants by an operator. The first admin is made so: routes that give rights need an admin.

use ibw::audit::model::Actor;
use ibw::id::UserId;
use ibw::users::grants::{AccessRole, Grant, Grants, Resource};
use ibw::users::service::UserService;
use lambda_runtime::Error;
use serde::{Deserialize, Serialize};

/// A grant for a user who has logged in before.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantCommand {
    /// Telegram id of the user.
    pub telegram_id: i64,
    /// Access role.
    pub role: AccessRole,
    /// Resource. Default: everything.
    #[serde(default = "everything")]
    pub resource: Resource,
}

const fn everything() -> Resource {
    Resource::Everything
}

/// The user's grants after the command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Granted {
    /// The user.
    pub user_id: UserId,
    /// All grants of the user.
    pub grants: Grants,
}

impl GrantCommand {
    /// Gives the grant, in this invocation. A grant that the user has changes nothing.
    pub async fn run(&self, users: &UserService, request_id: &str) -> Result<Granted, Error> {
        let operator = Actor { name: "operator".to_owned(), request_id: request_id.to_owned() };
        let user_id = users.by_telegram(self.telegram_id).await?.id;
        let grant = Grant { role: self.role, resource: self.resource.clone() };
        let user = users.grant(&operator, user_id, &grant).await?;
        tracing::info!(user.id = %user_id, role = grant.role.name(), resource = %grant.resource, "operator.granted");
        Ok(Granted { user_id, grants: user.standing.grants })
    }
}
