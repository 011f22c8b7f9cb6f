//! The routes of a function, listed once for two uses: a router that answers requests, and the OpenAPI document. A
//! function that starts builds the router only: the document would cost it more than all else that it does before its
//! first request.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::http::Method;
use axum::routing::MethodRouter;
use serde_json::{Value, json};

use super::describe::Described;
use super::problem;
use super::properties::{Audited, MEGABYTE, Properties};
use crate::app::App;
use crate::error::Code;
use crate::rate_limit::RateClass;

#[doc(hidden)]
pub use utoipa_axum;

/// Routes that answer.
#[derive(Debug, Default)]
pub struct Router {
    pub(super) routes: axum::Router<Arc<App>>,
    pub(super) properties: RouteTable,
}

/// What routes are besides their handlers.
#[derive(Clone, Debug, Default)]
pub(super) struct RouteTable(HashMap<String, Vec<(Method, Properties)>>);

impl RouteTable {
    /// Of the route with this method and path.
    pub(super) fn of(&self, method: &Method, path: &str) -> Option<Properties> {
        self.0.get(path)?.iter().find(|(known, _)| known == method).map(|(_, properties)| *properties)
    }

    /// The methods of a path, as `Allow` lists them.
    pub(super) fn methods(&self, path: &str) -> Option<String> {
        let methods: BTreeSet<&str> = self.0.get(path)?.iter().map(|(method, _)| method.as_str()).collect();
        Some(methods.into_iter().collect::<Vec<_>>().join(", "))
    }
}

/// Routes that are described.
#[derive(Debug, Default)]
pub struct Document {
    pub(super) tags: Vec<(&'static str, &'static str)>,
    pub(super) operations: Vec<(Described, Properties)>,
}

impl Document {
    /// The routes, as `GET /api/v1/users/me`.
    pub fn names(&self) -> Vec<String> {
        let routes = self.operations.iter().flat_map(|(described, _)| {
            described.methods.iter().map(move |method| format!("{method} {}", described.path))
        });
        routes.collect()
    }

    /// The schemas that the routes refer to, a type may be there several times.
    pub fn schemas(&self) -> Vec<(String, Value)> {
        let schemas = self.operations.iter().flat_map(|(described, _)| &described.schemas);
        schemas.map(|(name, schema)| (name.clone(), json!(schema))).collect()
    }
}

/// The handlers of one path, as [`routes!`](crate::routes) makes them.
#[derive(Debug)]
pub struct Handlers<D> {
    /// The path.
    pub path: String,
    /// The handlers' methods.
    pub methods: Vec<Method>,
    /// Answers.
    pub router: MethodRouter<Arc<App>>,
    /// Describes.
    pub document: D,
    /// What is declared of the routes.
    pub properties: Properties,
}

/// Declares properties of a path's routes: `routes!(email::start).rate(RateClass::Code)`.
impl<D> Handlers<D> {
    /// Counts them in this class.
    #[must_use]
    pub const fn rate(mut self, class: RateClass) -> Self {
        self.properties.rate = Some(class);
        self
    }

    /// Has the handlers check credentials and count requests themselves. What a system tells by webhook comes from a
    /// few addresses, so it is not counted at all.
    #[must_use]
    pub const fn self_guarded(mut self) -> Self {
        self.properties.self_guarded = true;
        self.properties.repeatable = false;
        self
    }

    /// Takes bodies of so many megabytes. Lambda takes 6 MB with all that is around a body.
    #[must_use]
    pub const fn large_body(mut self, megabytes: usize) -> Self {
        self.properties.max_body = megabytes * MEGABYTE;
        self
    }

    /// Offers `HEAD` beside `GET`, for browsers, CDNs and calendar programs, which look before they read.
    #[must_use]
    pub const fn head(mut self) -> Self {
        self.properties.head = true;
        self
    }

    /// Offers no `Idempotency-Key`: the answer is a credential, which is not to be stored.
    #[must_use]
    pub const fn not_repeatable(mut self) -> Self {
        self.properties.repeatable = false;
        self
    }

    /// Sends this `Cache-Control` instead of the one that follows from the handler's arguments.
    #[must_use]
    pub const fn cache(mut self, policy: &'static str) -> Self {
        self.properties.cache = Some(policy);
        self
    }

    /// Declares the audit's name for what the unsafe method of the path does. A success that changes something has one
    /// entry.
    #[must_use]
    pub const fn audited(mut self, action: &'static str) -> Self {
        self.properties.audit = Some(Audited { action, or: None, unless_own: false });
        self
    }

    /// The same, for a route that also serves users who change their own data: that has no entry.
    #[must_use]
    pub const fn audited_unless_own(mut self, action: &'static str) -> Self {
        self.properties.audit = Some(Audited { action, or: None, unless_own: true });
        self
    }

    /// The same, for what may turn out to be another act, such as a start that only asks for an approval.
    #[must_use]
    pub const fn audited_as_either(mut self, action: &'static str, or: &'static str) -> Self {
        self.properties.audit = Some(Audited { action, or: Some(or), unless_own: false });
        self
    }

    /// Declares the handlers' own error codes, for the OpenAPI document. Tests refuse an answer whose code is not
    /// there.
    #[must_use]
    pub const fn errors(mut self, codes: &'static [Code]) -> Self {
        self.properties.errors = codes;
        self
    }
}

/// What a function's routes become: a [`Router`] or a [`Document`].
pub trait Routes: Default {
    /// Describes a tag, by which the document groups operations.
    #[must_use]
    fn tag(self, name: &'static str, about: &'static str) -> Self;

    /// Adds a path: `.routes(routes!(me::show, me::update))`.
    #[must_use]
    fn routes<D: FnOnce() -> Vec<Described>>(self, handlers: Handlers<D>) -> Self;

    /// Adds a path whose routes are in other functions: its methods are known here, and none has a handler.
    #[must_use]
    fn elsewhere(self, path: &str, methods: Vec<Method>) -> Self;

    /// Adds answers that are no part of the API.
    #[must_use]
    fn undocumented(self, path: &str, router: MethodRouter<Arc<App>>) -> Self;
}

impl Routes for Router {
    fn tag(self, _: &'static str, _: &'static str) -> Self {
        self
    }

    fn routes<D: FnOnce() -> Vec<Described>>(mut self, handlers: Handlers<D>) -> Self {
        let methods = handlers.properties.methods(&handlers.methods);
        // axum answers `HEAD` with the handler of `GET`. The gateway has routes for `HEAD` only where it is offered.
        let refuses = methods.contains(&Method::GET) && !methods.contains(&Method::HEAD);
        let router = if refuses { handlers.router.head(problem::method_not_allowed) } else { handlers.router };
        let routes = methods.into_iter().map(|method| (method, handlers.properties));
        self.properties.0.entry(handlers.path.clone()).or_default().extend(routes);
        Self { routes: self.routes.route(&handlers.path, router), ..self }
    }

    fn elsewhere(mut self, path: &str, methods: Vec<Method>) -> Self {
        let routes = methods.into_iter().map(|method| (method, Properties::default()));
        self.properties.0.entry(path.to_owned()).or_default().extend(routes);
        self.undocumented(path, MethodRouter::new())
    }

    fn undocumented(self, path: &str, router: MethodRouter<Arc<App>>) -> Self {
        Self { routes: self.routes.route(path, router), ..self }
    }
}

impl Routes for Document {
    fn tag(mut self, name: &'static str, about: &'static str) -> Self {
        self.tags.push((name, about));
        self
    }

    fn routes<D: FnOnce() -> Vec<Described>>(mut self, handlers: Handlers<D>) -> Self {
        self.operations.extend((handlers.document)().into_iter().map(|mut described| {
            described.methods = handlers.properties.methods(&described.methods);
            (described, handlers.properties)
        }));
        self
    }

    fn elsewhere(self, _: &str, _: Vec<Method>) -> Self {
        self
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
            let mut methods = ::std::vec::Vec::new();
            $(
                let types = $module::[<__path_ $handler>]::methods();
                let router = types.iter().fold(router, |router, method| router.on(method.to_method_filter(), $module::$handler));
                methods.extend(types.iter().map($crate::http::method_of));
            )+
            let [path, ..] = [$($module::[<__path_ $handler>]::path()),+];
            let document = || {
                use ::utoipa::__dev::{SchemaReferences as _, Tags as _};
                ::std::vec![$({
                    let mut schemas = ::std::vec::Vec::new();
                    $module::[<__path_ $handler>]::schemas(&mut schemas);
                    $crate::http::Described::new(
                        &$module::$handler,
                        $module::[<__path_ $handler>]::path(),
                        $module::[<__path_ $handler>]::methods(),
                        $module::[<__path_ $handler>]::tags(),
                        $module::[<__path_ $handler>]::operation(),
                        schemas,
                    )
                }),+]
            };
        }
        $crate::http::Handlers { path, methods, router, document, properties: ::core::default::Default::default() }
    }};
}

/// What a function behind the gateway exports: `router()` and `document()`, both made of its `routes`. They have no
/// type parameter, so handlers are compiled once and with their function, and not with every crate that asks for a
/// router.
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
