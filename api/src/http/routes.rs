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

pub struct Routes {
    paths: Vec<(ResourceDef, Vec<Method>)>,
    acts: HashMap<(Method, String), Act>,
    operations: HashMap<(Method, String), OperationId>,
}

impl Routes {
    pub fn of(document: &OpenApi) -> Self {
        let mut routes = Self { paths: Vec::new(), acts: HashMap::new(), operations: HashMap::new() };
        for (path, item) in &document.paths.paths {
            let operations = operations(item);
            let acts = operations.iter().filter_map(|(method, operation)| Some(((method.clone(), path.clone()), act_of(operation)?)));
            routes.acts.extend(acts);
            let named = operations.iter().filter_map(|(method, operation)| {
                let id = operation.operation_id.as_ref()?.parse().ok()?;
                Some(((method.clone(), path.clone()), id))
            });
            routes.operations.extend(named);
            routes.paths.push((ResourceDef::new(path.as_str()), operations.into_iter().map(|(method, _)| method).collect()));
        }
        routes
    }

    /// The act of the operation that `request` leads to; none where it leads to no operation.
    pub fn act(&self, request: &ServiceRequest) -> Option<Act> {
        self.acts.get(&(request.method().clone(), request.match_pattern()?)).copied()
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
