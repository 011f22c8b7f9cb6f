//! What a handler's arguments say of its operation. The security, the parameters, the body and the errors that the
//! OpenAPI document lists follow from the extractors, so they cannot differ from what the code does.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, Method};
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Required};
use utoipa::{PartialSchema, ToSchema};

use crate::app::App;
use crate::audit::model::Actor;
use crate::error::{ApiError, Code};

/// An operation, as its handler's annotation and arguments describe it.
#[derive(Clone)]
pub struct Described {
    pub(super) path: String,
    pub(super) methods: Vec<Method>,
    pub(super) operation: Operation,
    /// Schemas that it refers to, one type perhaps several times.
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
    pub(super) codes: BTreeSet<Code>,
    /// Path parameters that no extractor has described yet.
    segments: VecDeque<String>,
}

impl fmt::Debug for Described {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Described").field("path", &self.path).field("methods", &self.methods).finish_non_exhaustive()
    }
}

/// What an extractor says of the operations that use it.
pub trait Describe {
    /// Adds it.
    fn describe(described: &mut Described);
}

/// A handler whose arguments `A` can all be described.
pub trait Handler<A> {
    /// Adds what each argument says, in order.
    fn describe(described: &mut Described);
}

macro_rules! handlers {
    ($(($($argument:ident)*))*) => {$(
        impl<F, O, $($argument: Describe,)*> Handler<($($argument,)*)> for F
        where
            F: Fn($($argument),*) -> O,
        {
            fn describe(described: &mut Described) {
                let _ = &described;
                $($argument::describe(described);)*
            }
        }
    )*};
}

handlers! {
    () (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E G) (A B C D E G H) (A B C D E G H I)
}

impl Described {
    /// An operation of a handler; the other arguments are what `#[utoipa::path]` generates.
    pub fn new<A, H: Handler<A>>(
        _: &H,
        path: String,
        methods: Vec<HttpMethod>,
        tags: Vec<&str>,
        mut operation: Operation,
        schemas: Vec<(String, RefOr<Schema>)>,
    ) -> Self {
        operation.tags = Some(tags.into_iter().map(str::to_owned).collect());
        let segments = path.split(['{', '}']).skip(1).step_by(2).map(str::to_owned).collect();
        let methods = methods.iter().map(method_of).collect();
        let mut described = Self { path, methods, operation, schemas, codes: BTreeSet::new(), segments };
        H::describe(&mut described);
        // No extractor asked who is calling.
        described.operation.security.get_or_insert_default();
        described
    }

    /// Adds errors.
    pub(super) fn codes(&mut self, codes: impl IntoIterator<Item = Code>) {
        self.codes.extend(codes);
    }

    /// Adds a parameter.
    pub(super) fn parameter(&mut self, parameter: Parameter) {
        self.operation.parameters.get_or_insert_default().push(parameter.into());
    }

    /// Adds a header that the handler reads.
    pub(super) fn header(&mut self, name: &str, about: &str, required: Required) {
        let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255));
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Header).required(required);
        self.parameter(parameter.description(Some(about)).schema(Some(text)).build());
    }

    /// Describes the next path parameter, of type `T`.
    pub(super) fn path_parameter<T: PartialSchema>(&mut self) {
        let Some(name) = self.segments.pop_front() else { return };
        let schema = T::schema();
        let about = match &schema {
            RefOr::T(Schema::Object(object)) => object.description.clone(),
            _ => None,
        };
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(about)
            .schema(Some(schema));
        self.parameter(parameter.build());
        self.codes([Code::NOT_FOUND]);
    }

    /// Describes a JSON body of type `T`, unless the annotation does.
    pub(super) fn body<T: ToSchema>(&mut self, required: Required) {
        if self.operation.request_body.is_some() {
            return;
        }
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(T::name()))).build();
        let body = RequestBodyBuilder::new().content("application/json", content).required(Some(required)).build();
        self.operation.request_body = Some(body.into());
    }

    /// Adds a way to authenticate.
    pub(super) fn security(&mut self, ways: impl IntoIterator<Item = SecurityRequirement>) {
        self.operation.security.get_or_insert_default().extend(ways);
    }
}

/// The method of a route, as axum names it.
#[doc(hidden)]
pub fn method_of(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

/// Some callers of the route need it, and others need not be known.
impl<T: Describe> Describe for Result<T, ApiError> {
    fn describe(described: &mut Described) {
        described.security([SecurityRequirement::default()]);
        T::describe(described);
    }
}

// These say nothing of the operation.
impl Describe for State<Arc<App>> {
    fn describe(_: &mut Described) {}
}

impl<T> Describe for Extension<T> {
    fn describe(_: &mut Described) {}
}

impl Describe for HeaderMap {
    fn describe(_: &mut Described) {}
}

impl Describe for Actor {
    fn describe(_: &mut Described) {}
}
