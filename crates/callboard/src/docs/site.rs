//! All pages of the docs and how they hang together. A page is rendered when it is first read, the search's index
//! when somebody first searches: nobody waits for pages that they did not ask for.

use std::collections::HashMap;
use std::sync::{LazyLock, OnceLock};

use super::example::{self, Credential};
use super::markdown::{self, Rendered};
use super::search::{Entry, Index};
use super::{errors, reference, settings};

/// A page before it is rendered.
#[derive(Debug)]
pub(super) struct Source {
    /// The address below `/docs/`; empty for the first page.
    pub(super) slug: String,
    pub(super) text: String,
    /// The page under whose entry of the navigation it stands.
    pub(super) parent: Option<String>,
}

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) slug: String,
    pub(super) parent: Option<String>,
    /// The name of its section.
    pub(super) section: &'static str,
    /// Markdown, requests said in three languages; placeholders are still in it.
    pub(super) text: String,
    title: String,
    rendered: OnceLock<Rendered>,
}

impl Page {
    pub(super) fn address(&self) -> String {
        if self.slug.is_empty() { "/docs".to_owned() } else { format!("/docs/{}", self.slug) }
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// The page as HTML; whoever reads it first waits for it.
    pub(super) fn rendered(&self) -> &Rendered {
        // Its parts are for the search, which has them from its own rendering.
        self.rendered.get_or_init(|| Rendered { parts: Vec::new(), ..markdown::render(&self.text) })
    }
}

/// The docs.
#[derive(Debug)]
pub(super) struct Site {
    /// In the order of reading.
    pub(super) pages: Vec<Page>,
    by_slug: HashMap<String, usize>,
    index: OnceLock<Index>,
}

/// The docs of this program.
pub(super) static SITE: LazyLock<Site> = LazyLock::new(|| Site::build(reference::pages()));

/// The docs as whoever reads no page of the reference needs them: of that, only how its first pages are called. To
/// write it takes ten times as long as all the rest, and as much memory.
static GUIDE: LazyLock<Site> = LazyLock::new(|| Site::build(reference::stubs()));

/// The site in which a page is found, its place there, and the page.
pub(super) fn find(slug: &str) -> Option<(&'static Site, usize, &'static Page)> {
    let site: &'static Site = if slug.starts_with("reference") { &SITE } else { &GUIDE };
    site.find(slug).map(|(place, page)| (site, place, page))
}

/// The site whose navigation stands beside a page.
pub(super) fn around(page: Option<&Page>) -> &'static Site {
    if page.is_some_and(|page| page.section == REFERENCE) { &SITE } else { &GUIDE }
}

type Section = (&'static str, &'static [(&'static str, &'static str)]);

macro_rules! pages {
    ($($slug:literal => $file:literal),+ $(,)?) => {
        &[$(($slug, include_str!(concat!("../../docs-site/", $file, ".md")))),+]
    };
}

/// What stands where. The fifteen pages of contracts.md §1.10 have the names that are given there.
const SECTIONS: &[Section] = &[
    (
        "Start",
        pages!["" => "index", "getting-started" => "getting-started",
            "getting-started/channel" => "start-channel", "getting-started/venue" => "start-venue",
            "getting-started/box-office" => "start-box-office", "getting-started/developer" => "start-developer",
            "getting-started/native" => "start-native"],
    ),
    (
        "Basics",
        pages!["authentication" => "authentication", "api-keys-and-scopes" => "api-keys-and-scopes",
            "errors" => "errors", "idempotency" => "idempotency", "pagination" => "pagination",
            "rate-limits" => "rate-limits", "times-and-money" => "times-and-money",
            "versioning-and-openapi" => "versioning-and-openapi",
            "security-best-practices" => "security-best-practices"],
    ),
    (
        "Surfaces",
        pages!["channels" => "channels", "create-events" => "create-events", "venue-feed" => "venue-feed",
            "box-office" => "box-office", "developer-keys" => "developer-keys", "native" => "native",
            "one-event-everywhere" => "one-event-everywhere"],
    ),
    (
        "Selling and following",
        pages!["tickets-and-orders" => "tickets-and-orders", "series" => "series", "changes" => "changes"],
    ),
    (
        "Help",
        pages!["examples" => "examples", "troubleshooting" => "troubleshooting", "faq" => "faq",
            "ai-and-llms" => "ai-and-llms"],
    ),
    (
        "Run it yourself",
        pages!["self-hosting" => "self-hosting", "settings" => "settings", "scaling" => "scaling",
            "verify" => "verify", "move" => "move"],
    ),
];

/// The last section; its pages are written by the program.
const REFERENCE: &str = "API reference";

impl Site {
    fn build(reference: Vec<Source>) -> Site {
        let mut pages = Vec::new();
        for (section, sources) in SECTIONS {
            for (slug, text) in *sources {
                let parent = slug.split_once('/').map(|(parent, _)| parent.to_owned());
                let source = Source { slug: (*slug).to_owned(), text: with_tables(text), parent };
                pages.push(Page::new(section, source));
                if *slug == errors::BASE {
                    pages.extend(errors::pages().into_iter().map(|source| Page::new(section, source)));
                }
            }
        }
        pages.extend(reference.into_iter().map(|source| Page::new(REFERENCE, source)));
        let by_slug = pages.iter().enumerate().map(|(place, page)| (page.slug.clone(), place)).collect();
        Site { pages, by_slug, index: OnceLock::new() }
    }

    /// What the search looks through.
    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(self.pages.iter().flat_map(entries).collect()))
    }

    pub(super) fn find(&self, slug: &str) -> Option<(usize, &Page)> {
        let place = *self.by_slug.get(slug)?;
        Some((place, self.pages.get(place)?))
    }

    /// The names of the sections, in order.
    pub(super) fn sections() -> impl Iterator<Item = &'static str> {
        SECTIONS.iter().map(|(name, _)| *name).chain([REFERENCE])
    }
}

impl Page {
    fn new(section: &'static str, source: Source) -> Page {
        let expanded = example::expand(&source.text);
        let text = with_setup(&expanded);
        // A page begins with its title.
        let title = markdown::render(text.lines().next().unwrap_or_default()).title;
        Page { slug: source.slug, parent: source.parent, section, text, title, rendered: OnceLock::new() }
    }
}

/// The tables that are written by the program, in the places that wait for them.
fn with_tables(text: &str) -> String {
    let mut text = text.to_owned();
    if text.contains(errors::MARKER) {
        text = text.replace(errors::MARKER, &errors::tables());
    }
    if text.contains(settings::MARKER) {
        text = text.replace(settings::MARKER, &settings::tables());
    }
    text
}

/// Puts the keys that a page's examples read before its first heading, to be set once.
fn with_setup(text: &str) -> String {
    let credentials = example::credentials(text);
    if credentials.is_empty() {
        return text.to_owned();
    }
    let line = |credential: &Credential| {
        let (name, variable) = (credential.word(), credential.variable());
        format!("export {variable}='{{{{{name}_key}}}}'   # {{{{{name}_key_note}}}}\n")
    };
    let lines: String = credentials.iter().map(line).collect();
    let setup = format!(
        "The examples read their credentials from the environment \
         ([make a key](/dashboard/keys), or [read how](/docs/api-keys-and-scopes)). Set them once:\n\n```bash norun=credential\n{lines}```\n\n"
    );
    match text.split_once("\n## ") {
        Some((before, after)) => format!("{before}\n{setup}## {after}"),
        None => format!("{text}\n{setup}"),
    }
}

/// What the search finds of a page.
fn entries(page: &Page) -> Vec<Entry> {
    let entry = |part: markdown::Part| Entry {
        address: if part.id.is_empty() { page.address() } else { format!("{}#{}", page.address(), part.id) },
        page: page.title().to_owned(),
        heading: part.heading,
        text: part.text,
    };
    markdown::render(&page.text).parts.into_iter().map(entry).collect()
}
