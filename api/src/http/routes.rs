//! What the OpenAPI document says of each route, as the server uses it: which methods a path has, and which act each operation
//! is. The document is the one source: a route that isn't in it doesn't exist.

use std::collections::HashMap;

use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest};
use domain::ids::OperationId;
use domain::policy::Act;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use super::problem::Problem;

/// What an operation counts as, for rates and the size of its body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Health, the document, the demo's own.
    Unlimited,
    SignIn,
    Read,
    Write,
    Upload,
    /// What computes: the search of the catalogue, planning.
    Search,
    /// The public check of a certificate.
    Check,
}

impl Class {
    pub fn of(method: &Method, operation: &Operation) -> Self {
        let tag = operation.tags.iter().flatten().next().map(String::as_str);
        match (tag, operation.operation_id.as_deref()) {
            (Some("health" | "demo"), _) => Self::Unlimited,
            // Nobody guesses 256 bits, and a station's clerks all refresh from one address.
            (_, Some("refresh_session")) => Self::Write,
            (Some("sessions"), _) if *method == Method::POST => Self::SignIn,
            (_, Some("upload")) => Self::Upload,
            (_, Some("plan" | "list_items")) => Self::Search,
            (_, Some("show_certificate_page" | "check_certificate")) => Self::Check,
            _any_other if *method == Method::GET => Self::Read,
            _any_other => Self::Write,
        }
    }
}

/// What the document says of one operation.
#[derive(Debug, Clone)]
struct Known {
    act: Option<Act>,
    class: Class,
    id: Option<OperationId>,
}

pub struct Routes {
    paths: Vec<(ResourceDef, Vec<Method>)>,
    known: HashMap<(Method, String), Known>,
}

impl Routes {
    pub fn of(document: &OpenApi) -> Self {
        let mut routes = Self { paths: Vec::new(), known: HashMap::new() };
        for (path, item) in &document.paths.paths {
            let operations = operations(item);
            routes.known.extend(operations.iter().map(|(method, operation)| {
                let id = operation.operation_id.as_ref().and_then(|id| id.parse().ok());
                ((method.clone(), path.clone()), Known { act: act_of(operation), class: Class::of(method, operation), id })
            }));
            routes.paths.push((ResourceDef::new(path.as_str()), operations.into_iter().map(|(method, _)| method).collect()));
        }
        routes
    }

    /// The act of the operation that `request` leads to; none where it leads to no operation.
    pub fn act(&self, request: &ServiceRequest) -> Option<Act> {
        self.known(request)?.act
    }

    /// What `request` counts as; what the document doesn't name, by its method.
    pub fn class(&self, request: &ServiceRequest) -> Class {
        let by_method = if request.method().is_safe() { Class::Read } else { Class::Write };
        self.known(request).map_or(by_method, |known| known.class)
    }

    fn known(&self, request: &ServiceRequest) -> Option<&Known> {
        self.known.get(&(request.method().clone(), request.match_pattern()?))
    }

    /// What the document calls the operation that `request` led to; none where it led to no route.
    pub fn operation(&self, request: &HttpRequest) -> Option<&OperationId> {
        self.known.get(&(request.method().clone(), request.match_pattern()?))?.id.as_ref()
    }

    /// The methods of the path, where there is such a path.
    fn methods(&self, path: &str) -> Option<Vec<Method>> {
        let same = self.paths.iter().filter(|(pattern, _)| pattern.is_match(path));
        let methods: Vec<Method> = same.flat_map(|(_, methods)| methods.iter().cloned()).collect();
        (!methods.is_empty()).then_some(methods)
    }
}

/// The operations of a path, with their methods.
pub fn operations(item: &PathItem) -> Vec<(Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::PATCH, &item.patch),
    ];
    all.into_iter().filter_map(|(method, operation)| operation.as_ref().map(|o| (method, o))).collect()
}

/// The act that an operation is, by its id.
pub fn act_of(operation: &Operation) -> Option<Act> {
    operation.operation_id.as_ref()?.parse().ok()
}

/// The answer where no route matches: another method of a path that is there, or nothing at all.
pub async fn unmatched(request: HttpRequest, routes: Data<Routes>) -> Result<actix_web::HttpResponse, Problem> {
    match routes.methods(request.path()) {
        Some(allowed) if !allowed.contains(request.method()) => Err(Problem::method_not_allowed(&allowed)),
        Some(_) | None => Err(Problem::no_such_route()),
    }
}

/// An answer without going on to the handler.
pub fn refuse(request: ServiceRequest, problem: Problem) -> Result<ServiceResponse, Error> {
    Ok(request.error_response(problem))
}
