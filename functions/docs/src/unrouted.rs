//! What no route of the gateway matches comes to this function: for another path there is 404, which every router answers; for
//! another method of a path that exists, which only the document knows, 405 and the methods it has.

use std::collections::BTreeMap;

use axum::http::header::ALLOW;
use axum::response::IntoResponse;
use axum::routing::MethodRouter;
use ibw::error::{ApiError, Code};
use ibw::http::Routes;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::openapi::DOCUMENT;

/// Of a document, the methods of each path.
#[derive(Default, Deserialize)]
struct Paths {
    paths: BTreeMap<String, BTreeMap<String, IgnoredAny>>,
}

/// Adds an answer to wrong methods on every path of the document. It takes no method itself, so that these paths can be
/// merged with the routes that do.
pub(crate) fn with_wrong_methods<R: Routes>(routes: R) -> R {
    let document: Paths = serde_json::from_str(DOCUMENT).unwrap_or_default();
    document.paths.into_iter().fold(routes, |routes, (path, methods)| {
        let allow = methods.into_keys().map(|method| method.to_uppercase()).collect::<Vec<_>>().join(", ");
        let refuse = move || async move {
            let error = ApiError::new(Code::MethodNotAllowed, "This route has other methods.");
            ([(ALLOW, allow)], error).into_response()
        };
        routes.undocumented(&path, MethodRouter::new().fallback(refuse))
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
