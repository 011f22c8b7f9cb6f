//! The routes of a function, listed once for two uses: a router that answers requests, and the OpenAPI document. A function
//! that starts builds the router only: the document would cost it more than all else that it does before its first request.

use std::sync::Arc;

use axum::routing::MethodRouter;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::app::App;

#[doc(hidden)]
pub use utoipa_axum;

/// Routes that answer.
pub type Router = axum::Router<Arc<App>>;

/// Routes that are described.
pub type Document = OpenApiRouter<Arc<App>>;

/// The handlers of one path, as [`routes!`](crate::routes) makes them.
#[derive(Debug)]
pub struct Handlers<D> {
    /// The path.
    pub path: String,
    /// Answers.
    pub router: MethodRouter<Arc<App>>,
    /// Describes.
    pub document: D,
}

/// What a function's routes become: a [`Router`] or a [`Document`].
pub trait Routes: Default {
    /// Adds a path: `.routes(routes!(me::show, me::update))`.
    #[must_use]
    fn routes<D: FnOnce() -> UtoipaMethodRouter<Arc<App>>>(self, handlers: Handlers<D>) -> Self;

    /// Adds answers that are no part of the API.
    #[must_use]
    fn undocumented(self, path: &str, router: MethodRouter<Arc<App>>) -> Self;
}

impl Routes for Router {
    fn routes<D: FnOnce() -> UtoipaMethodRouter<Arc<App>>>(self, handlers: Handlers<D>) -> Self {
        self.route(&handlers.path, handlers.router)
    }

    fn undocumented(self, path: &str, router: MethodRouter<Arc<App>>) -> Self {
        self.route(path, router)
    }
}

impl Routes for Document {
    fn routes<D: FnOnce() -> UtoipaMethodRouter<Arc<App>>>(self, handlers: Handlers<D>) -> Self {
        OpenApiRouter::routes(self, (handlers.document)())
    }

    fn undocumented(self, _: &str, _: MethodRouter<Arc<App>>) -> Self {
        self
    }
}

/// The handlers of one path, each with its `#[utoipa::path]`: `routes!(me::show, me::update)`.
#[macro_export]
macro_rules! routes {
    ($($module:ident::$handler:ident),+ $(,)?) => {{
        use ::utoipa::Path as _;
        use $crate::http::utoipa_axum::{self, PathItemExt as _};
        utoipa_axum::paste! {
            let router = ::axum::routing::MethodRouter::new();
            $(
                let methods = $module::[<__path_ $handler>]::methods();
                let router = methods.iter().fold(router, |router, method| router.on(method.to_method_filter(), $module::$handler));
            )+
            let [path, ..] = [$($module::[<__path_ $handler>]::path()),+];
        }
        $crate::http::Handlers { path, router, document: || utoipa_axum::routes!($($module::$handler),+) }
    }};
}

/// What a function behind the gateway exports: `router()` and `document()`, both made of its `routes`. They have no type
/// parameter, so handlers are compiled once and with their function, and not with every crate that asks for a router.
#[macro_export]
macro_rules! api {
    ($routes:ident) => {
        /// Answers the requests of this function.
        pub fn router() -> $crate::http::Router {
            $routes()
        }

        /// Describes the routes of this function.
        pub fn document() -> $crate::http::Document {
            $routes()
        }
    };
}
