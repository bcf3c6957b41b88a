//! What the OpenAPI document says of each route, as the server uses it: which methods a path has, and who may ask.
//! The document is the one source: a route that doesn't say `security(())` needs a token, and one that isn't in it doesn't exist.

use std::collections::{HashMap, HashSet};

use actix_web::dev::{ResourceDef, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest};
use domain::ids::OperationId;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};

use super::problem::Problem;

/// Who may use an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Public,
    SignedIn,
}

pub struct Routes {
    paths: Vec<(ResourceDef, Vec<Method>)>,
    public: HashSet<(Method, String)>,
    operations: HashMap<(Method, String), OperationId>,
}

impl Routes {
    pub fn of(document: &OpenApi) -> Self {
        let mut routes = Self { paths: Vec::new(), public: HashSet::new(), operations: HashMap::new() };
        for (path, item) in &document.paths.paths {
            let operations = operations(item);
            let public = operations.iter().filter(|(_, operation)| is_public(operation));
            routes.public.extend(public.map(|(method, _)| (method.clone(), path.clone())));
            let named = operations.iter().filter_map(|(method, operation)| {
                let id = operation.operation_id.as_ref()?.parse().ok()?;
                Some(((method.clone(), path.clone()), id))
            });
            routes.operations.extend(named);
            routes.paths.push((ResourceDef::new(path.as_str()), operations.into_iter().map(|(method, _)| method).collect()));
        }
        routes
    }

    /// Who may use the operation that `request` leads to. What the document doesn't name is for nobody without a token.
    pub fn access(&self, request: &ServiceRequest) -> Access {
        let pattern = request.match_pattern().unwrap_or_default();
        if self.public.contains(&(request.method().clone(), pattern)) { Access::Public } else { Access::SignedIn }
    }

    /// What the document calls the operation that `request` led to; none where it led to no route.
    pub fn operation(&self, request: &HttpRequest) -> Option<&OperationId> {
        self.operations.get(&(request.method().clone(), request.match_pattern()?))
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

fn is_public(operation: &Operation) -> bool {
    operation.security.is_some()
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
