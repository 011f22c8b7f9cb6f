//! Requests that no route of the gateway matches come to this function. For an unknown path every router answers 404.
//! For another method of a known path, which only the document knows, the answer is 405 with the methods of the path.

use std::collections::BTreeMap;

use axum::http::Method;
use ibw::http::Routes;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::openapi::DOCUMENT;

/// Of a document, the methods of each path.
#[derive(Default, Deserialize)]
struct Paths {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

/// Adds each path of the document with its methods. It adds no handler, so that these paths can be merged with the
/// routes that have some.
pub(crate) fn with_paths_of_others<R: Routes>(routes: R) -> R {
    let document: Paths = serde_json::from_str(DOCUMENT).unwrap_or_default();
    document.paths.into_iter().fold(routes, |routes, (path, methods)| {
        let methods = methods.into_keys().filter_map(|method| method.to_uppercase().parse::<Method>().ok());
        routes.elsewhere(&path, methods.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_tells_the_methods_of_each_path() {
        let document: Paths = serde_json::from_str(DOCUMENT).unwrap();
        let methods: Vec<_> = document.paths["/api/v1/users/me"].keys().map(String::as_str).collect();
        assert_eq!(methods, ["delete", "get", "patch"]);
    }
}
