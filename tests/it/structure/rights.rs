//! The table of rights and access roles in `docs/API.md` is the one in the code.

use ibw::auth::rights::{ALL, RightInfo};
use ibw::users::grants::AccessRole;

use crate::support::golden;

const ROLES: [AccessRole; 5] =
    [AccessRole::Steward, AccessRole::Supervisor, AccessRole::Moderator, AccessRole::Organizer, AccessRole::Admin];

fn row(right: &RightInfo) -> String {
    let cells = ROLES.map(|role| if right.is_of(role) { "yes" } else { "" });
    format!("| `{}` | {} | {} |\n", right.name, right.about.trim(), cells.join(" | "))
}

#[test]
fn table_of_rights_is_the_one_in_the_code() {
    let names = ROLES.map(|role| format!("`{}`", role.name())).join(" | ");
    let mut table = format!("\n| right | permits | {names} |\n| --- | --- |{}\n", " --- |".repeat(ROLES.len()));
    table.extend(ALL.iter().map(row));
    golden::assert_part_fresh(
        "docs/API.md",
        "rights",
        &table,
        "IBW_WRITE_GOLDEN=1 cargo nextest run -p ibw-tests structure::rights",
    );
}
