//! Requests that no route of the gateway matches come to this function. For an unknown path every router answers 404.
//! For another method of a known path, which only the document knows, the answer is 405 with the methods of the path.

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
            let message = "The route does not support this method. `Allow` lists its methods.";
            ([(ALLOW, allow)], ApiError::new(Code::METHOD_NOT_ALLOWED, message)).into_response()
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
