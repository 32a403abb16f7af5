//! The dashboard: pages for people who sign in. HTML is one more client of the use cases.
//!
//! - [`page`] declares what a page is: route, capability and handler in one value, as `http::Operation` does.
//! - [`rooms`] holds the pages, one file per room; `rooms::pages()` is the list of all of them.
//! - [`visit`] is one request on its way through a page: who asks, what the form says, how it is answered.
//! - [`visitor`] and [`guard`] know cookies, sessions and forged requests.
//! - [`form`] and [`field`] hold what was typed and what is wrong with it; [`words`] says refusals to people.
//! - [`shell`] is the frame around every page.
//!
//! Every page works without scripts. Nothing here runs SQL or knows a surface.

pub(crate) mod answer;
pub(crate) mod cookie;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod guard;
pub(crate) mod page;
pub(crate) mod pieces;
pub(crate) mod rooms;
pub(crate) mod shell;
pub(crate) mod times;
pub(crate) mod visit;
pub(crate) mod visitor;
pub(crate) mod words;

use std::sync::Arc;

pub use page::{Access, Page, Pages};

use crate::app::App;
use crate::http::call::PathParams;
use crate::http::{Refusal, Reply, Request};
use page::Found;
use visit::Visit;
use visitor::Visitor;

/// All pages, ready to be asked.
#[derive(Debug)]
pub struct Dashboard {
    pages: Pages,
}

impl Default for Dashboard {
    fn default() -> Self {
        Dashboard { pages: Pages::new(rooms::pages()) }
    }
}

impl Dashboard {
    pub fn pages(&self) -> &Pages {
        &self.pages
    }

    /// Answers a request for a page of the dashboard; gives back one that is none of its business.
    ///
    /// # Errors
    /// The request, where no page has its path.
    pub async fn answer(&self, app: &Arc<App>, request: Box<Request>) -> Result<Reply, Box<Request>> {
        let (page, params) = match self.pages.find(&request.method, request.path()) {
            Found::Page(page, params) => (page, params),
            Found::OtherMethod(allow) => return Ok(self.refuse_method(app, request, &allow).await),
            Found::Nothing => return Err(request),
        };
        Ok(self.run(app, page, params, request).await)
    }

    /// The way of every request through its page, which no page can change or forget: origin → visitor → form and
    /// its token → sign-in → role → handler.
    async fn run(
        &self,
        app: &Arc<App>,
        page: &'static Page,
        path: PathParams,
        request: Box<Request>,
    ) -> Reply {
        let visitor = match Visitor::of(app, &request).await {
            Ok(visitor) => visitor,
            Err(refusal) => return words::plain(&refusal),
        };
        let mut visit = Visit::new(app, request, path, visitor, self.pages.rooms());
        let outcome = match visit.admit(page).await {
            // A write goes on when its client hangs up: it runs in a task of its own.
            Ok(()) => match tokio::spawn(page.run(visit.clone())).await {
                Ok(outcome) => outcome,
                Err(_) => {
                    tracing::error!(path = page.path, "a page panicked");
                    app.count_panic();
                    Err(Refusal::Internal)
                }
            },
            Err(refusal) => Err(refusal),
        };
        let mut reply = match outcome {
            Ok(reply) => reply,
            Err(refusal) => visit.refuse(&refusal).await,
        };
        visit.finish(&mut reply);
        reply
    }

    async fn refuse_method(&self, app: &Arc<App>, request: Box<Request>, allow: &str) -> Reply {
        let Ok(visitor) = Visitor::of(app, &request).await else {
            return words::plain(&Refusal::MethodNotAllowed { allow: Vec::new() });
        };
        let visit = Visit::new(app, request, PathParams::default(), visitor, self.pages.rooms());
        let mut reply = visit.refuse(&Refusal::MethodNotAllowed { allow: Vec::new() }).await;
        reply.set(http::header::ALLOW, allow);
        visit.finish(&mut reply);
        reply
    }
}
