//! The floor plan asks each domain that has something to do or to give.

use super::{read, rust_files};

/// Where the lists are.
const PLAN: &str = "shared/src/app/domains.rs";

/// Asserts that `list`, a method of `Domains`, asks each domain that implements `joins`.
fn assert_joined(joins: &str, list: &str) {
    let plan = read(PLAN);
    let body = plan.split(&format!("pub fn {list}(")).nth(1).expect("the method");
    let body = body.split("\n    }\n").next().expect("its body");
    for (file, _) in rust_files("shared/src").iter().filter(|(_, text)| text.contains(&format!("impl {joins} for "))) {
        let domain = file.trim_start_matches("shared/src/").split('/').next().expect("a folder");
        // Login sessions and erasure are no fields of `Domains`: they are built for these lists.
        let asked = [format!("self.{domain}."), format!("self.{domain}("), format!("{domain}::")];
        let is_asked = asked.iter().any(|way| body.contains(way)) || (domain == "auth" && body.contains("sessions"));
        assert!(is_asked, "{file} implements {joins}, and `Domains::{list}` in {PLAN} does not ask it: add a line");
    }
}

#[test]
fn export_and_erasure_ask_each_domain_with_personal_data() {
    assert_joined("PersonalData", "privacy");
}

#[test]
fn housekeeping_asks_each_domain_with_scheduled_tasks() {
    assert_joined("ScheduledTasks", "scheduled");
}
