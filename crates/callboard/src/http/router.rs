//! From method and path to an operation.

use http::Method;
use matchit::Router;

use super::Operation;
use super::call::PathParams;

/// The routes of one surface.
#[derive(Default)]
pub struct Routes {
    paths: Router<Route>,
    all: Vec<&'static Operation>,
}

/// A path, by its placeholders and the operations that it has.
struct Route {
    names: Vec<&'static str>,
    operations: Vec<&'static Operation>,
}

/// What a path and method lead to.
#[derive(Debug)]
pub enum Found {
    Operation(&'static Operation, PathParams),
    /// The path exists; these methods do.
    OtherMethods(Vec<Method>),
    Nothing,
}

impl Routes {
    /// Takes a surface's operations; they live as long as the program.
    ///
    /// # Panics
    /// Where two routes clash; a test builds all surfaces.
    pub fn new(operations: Vec<Operation>) -> Routes {
        let mut routes = Routes::default();
        let all: Vec<&'static Operation> = operations.into_iter().map(|o| &*Box::leak(Box::new(o))).collect();
        let mut paths: Vec<&'static str> = Vec::new();
        for operation in &all {
            if !paths.contains(&operation.path) {
                paths.push(operation.path);
            }
        }
        for path in paths {
            let operations = all.iter().copied().filter(|operation| operation.path == path).collect();
            let here = Route { names: PathParams::names(path), operations };
            routes
                .paths
                .insert(path, here)
                .expect("routes of one surface do not clash; a test builds them all");
        }
        routes.all = all;
        routes
    }

    pub fn operations(&self) -> &[&'static Operation] {
        &self.all
    }

    /// `path` without the query; HEAD finds the GET.
    pub fn find(&self, method: &Method, path: &str) -> Found {
        let Ok(matched) = self.paths.at(path) else { return Found::Nothing };
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        let here = &matched.value.operations;
        let Some(operation) = here.iter().copied().find(|operation| operation.method == *wanted) else {
            let mut methods: Vec<Method> = here.iter().map(|operation| operation.method.clone()).collect();
            if methods.contains(&Method::GET) {
                methods.push(Method::HEAD);
            }
            return Found::OtherMethods(methods);
        };
        Found::Operation(operation, PathParams::of(&matched.value.names, &matched.params))
    }
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Routes({})", self.all.len())
    }
}
