//! The declaration of a page: route, capability and handler in one value. There is no default: a page that does
//! not say who may see it does not build.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use callboard_core::account::{Capability, Role};
use http::Method;
use matchit::Router;

use super::visit::Visit;
use crate::http::call::PathParams;
use crate::http::grant::Needs;
use crate::http::{Granted, Refusal, Reply};

/// Who may see a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Open,
    /// Every member, whatever the role.
    Member,
    /// Members whose role includes this.
    Needs(Capability),
}

impl Access {
    /// Whether a role may see it.
    pub fn admits(self, role: Role) -> bool {
        match self {
            Access::Open | Access::Member => true,
            Access::Needs(capability) => role.allows(capability),
        }
    }
}

pub(crate) type Answer = Pin<Box<dyn Future<Output = Result<Reply, Refusal>> + Send>>;
type Handler = Box<dyn Fn(Visit) -> Answer + Send + Sync>;

/// One page, or one form's destination.
pub struct Page {
    pub method: Method,
    /// Placeholders in braces.
    pub path: &'static str,
    pub access: Access,
    /// Its form may hold a file (`multipart/form-data`).
    pub takes_file: bool,
    handler: Handler,
}

/// A page that lacks its handler, and so who may see it.
#[derive(Debug)]
pub struct Draft {
    method: Method,
    path: &'static str,
    takes_file: bool,
}

impl Page {
    /// A page to look at; it changes nothing.
    pub fn get(path: &'static str) -> Draft {
        Draft { method: Method::GET, path, takes_file: false }
    }

    /// The destination of a form. Its token and origin have been checked when the handler runs.
    pub fn post(path: &'static str) -> Draft {
        Draft { method: Method::POST, path, takes_file: false }
    }

    pub(crate) fn run(&self, visit: Visit) -> Answer {
        (self.handler)(visit)
    }
}

impl Draft {
    /// The form may hold a file.
    #[must_use]
    pub fn takes_file(mut self) -> Draft {
        self.takes_file = true;
        self
    }

    /// For members whose role includes the capability; the handler gets the proof.
    pub(crate) fn granted<C, F, R>(self, handler: F) -> Page
    where
        C: Needs,
        F: Fn(Visit, Granted<C>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Refusal>> + Send + 'static,
    {
        let handler: Handler = Box::new(move |visit| match visit.grant::<C>() {
            Ok(grant) => Box::pin(handler(visit, grant)),
            Err(refusal) => Box::pin(std::future::ready(Err(refusal))),
        });
        self.page(Access::Needs(C::CAPABILITY), handler)
    }

    /// For every member.
    pub(crate) fn member<F, R>(self, handler: F) -> Page
    where
        F: Fn(Visit) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Refusal>> + Send + 'static,
    {
        self.page(Access::Member, Box::new(move |visit| Box::pin(handler(visit))))
    }

    /// For everybody.
    pub(crate) fn open<F, R>(self, handler: F) -> Page
    where
        F: Fn(Visit) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Reply, Refusal>> + Send + 'static,
    {
        self.page(Access::Open, Box::new(move |visit| Box::pin(handler(visit))))
    }

    fn page(self, access: Access, handler: Handler) -> Page {
        Page { method: self.method, path: self.path, takes_file: self.takes_file, access, handler }
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({:?})", self.method, self.path, self.access)
    }
}

/// All pages by their paths.
pub struct Pages {
    paths: Router<(Vec<&'static str>, Vec<&'static Page>)>,
    all: Vec<&'static Page>,
}

/// What a path and method lead to.
pub(crate) enum Found {
    Page(&'static Page, PathParams),
    /// The path exists; these methods do, as `Allow` lists them.
    OtherMethod(String),
    Nothing,
}

impl Pages {
    /// Takes the pages; they live as long as the program.
    ///
    /// # Panics
    /// Where two routes clash; every test of the program builds them.
    pub(crate) fn new(pages: Vec<Page>) -> Pages {
        let all: Vec<&'static Page> = pages.into_iter().map(|page| &*Box::leak(Box::new(page))).collect();
        let mut paths = Router::new();
        for page in &all {
            let is_first = all
                .iter()
                .find(|other| other.path == page.path)
                .is_some_and(|first| std::ptr::eq(*first, *page));
            if is_first {
                let here = all.iter().copied().filter(|other| other.path == page.path).collect();
                let here = (PathParams::names(page.path), here);
                paths.insert(page.path, here).expect("routes of pages do not clash; every test builds them");
            }
        }
        Pages { paths, all }
    }

    pub fn all(&self) -> &[&'static Page] {
        &self.all
    }

    /// The pages without placeholders that one can look at: what the navigation may offer.
    pub(crate) fn rooms(&self) -> Vec<(&'static str, Access)> {
        let looks = self.all.iter().filter(|page| page.method == Method::GET && !page.path.contains('{'));
        looks.map(|page| (page.path, page.access)).collect()
    }

    /// `path` without the query; HEAD finds the GET.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Found {
        let Ok(matched) = self.paths.at(path) else { return Found::Nothing };
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        let (names, here) = matched.value;
        let Some(page) = here.iter().copied().find(|page| page.method == *wanted) else {
            let methods: Vec<&str> = here.iter().map(|page| page.method.as_str()).collect();
            let head = if methods.contains(&"GET") { ", HEAD" } else { "" };
            return Found::OtherMethod(format!("{}{head}", methods.join(", ")));
        };
        Found::Page(page, PathParams::of(names, &matched.params))
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages({})", self.all.len())
    }
}
