//! `/dashboard/events/{id}`: one event: what is said of it, where it stands, what is sold.

use askama::Template;
use callboard_core::account::Capability;
use callboard_core::event::{Attendance, Event};
use callboard_store::Tenant;
use callboard_store::media::Media;

use super::steps::Step;
use super::tickets::{self, TypeRow};
use super::view::{self, Badge, Stock};
use super::{PATH, find, path_of, places::Places, preview, tabs};
use crate::dashboard::field::Field;
use crate::dashboard::form::{Form, Summary};
use crate::dashboard::page::Page;
use crate::dashboard::pieces::Tab;
use crate::dashboard::shell::Shell;
use crate::dashboard::visit::Visit;
use crate::http::grant::EventsRead;
use crate::http::{Granted, Refusal, Reply};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/dashboard/events/{id}").granted(show)]
}

#[derive(Template)]
#[template(path = "dashboard/events/show.html")]
struct EventPage {
    frame: Shell,
    tabs: Vec<Tab>,
    badges: Vec<Badge>,
    path: String,
    lead: String,
    facts: Vec<Fact>,
    line_up: Vec<(String, &'static str)>,
    description: String,
    links: Vec<(String, String)>,
    steps: Vec<StepButton>,
    page: preview::PublicPage,
    may_edit: bool,
    picture: Picture,
    stock: Option<Stock>,
    types: Vec<TypeRow>,
}

struct Fact {
    label: &'static str,
    text: String,
    /// Where its words lead.
    path: Option<String>,
}

struct StepButton {
    label: &'static str,
    path: String,
    class: &'static str,
}

/// The poster: what there is, and the form for another.
pub(super) struct Picture {
    pub src: Option<String>,
    pub alt: String,
    pub size: String,
    pub is_upload: bool,
    pub summary: Summary,
    pub file: Field,
    pub alt_field: Field,
    pub may_upload: bool,
}

async fn show(visit: Visit, grant: Granted<EventsRead>) -> Result<Reply, Refusal> {
    let event = find(&visit, grant.tenant()).await?;
    page(&visit, grant.tenant(), &event).await
}

/// The page of an event; the form of its picture says what was wrong with the last one.
pub(super) async fn page(visit: &Visit, tenant: &Tenant, event: &Event) -> Result<Reply, Refusal> {
    let title = event.details.display_title();
    let places = Places::of(visit, tenant).await?;
    let media = match event.details.cover {
        Some(number) => visit.app.store.describe_media(number).await?,
        None => None,
    };
    let page = EventPage {
        frame: visit.shell(title, PATH).await?.crumb("Events", PATH),
        tabs: tabs(visit, event, "Overview"),
        badges: view::badges(event, visit.now),
        path: path_of(event),
        lead: lead(event),
        facts: facts(event, &places),
        line_up: event.details.performers.iter().map(|one| (one.name.clone(), one.role.as_str())).collect(),
        description: event.details.description.clone().unwrap_or_default(),
        links: links(event),
        steps: buttons(visit, event),
        page: preview::public_page(visit, event),
        may_edit: visit.may(Capability::EventsWrite),
        picture: picture(visit, event, media.as_ref()),
        stock: Stock::of_all(event),
        types: tickets::rows(event, visit.now),
    };
    visit.show(&page)
}

fn lead(event: &Event) -> String {
    let day = event.details.schedule.show_date.civil().strftime("%A, %-d %B %Y").to_string();
    format!("{day}, {}", view::time(event))
}

fn buttons(visit: &Visit, event: &Event) -> Vec<StepButton> {
    let class = |step: Step| match step {
        Step::Move(callboard_core::event::Transition::Publish) => "primary",
        step if step.is_grave() => "danger quiet",
        _ => "",
    };
    let button = |step: Step| StepButton {
        label: step.label(),
        path: format!("{}/steps/{}", path_of(event), step.word()),
        class: class(step),
    };
    Step::open(visit, event).into_iter().map(button).collect()
}

fn facts(event: &Event, places: &Places) -> Vec<Fact> {
    let details = &event.details;
    let schedule = &details.schedule;
    let mut facts = Vec::new();
    let mut fact = |label: &'static str, text: Option<String>| {
        facts.extend(text.filter(|text| !text.is_empty()).map(|text| Fact { label, text, path: None }));
    };
    for (label, at) in [("Doors", schedule.doors), ("Start", schedule.start), ("End", schedule.end)] {
        fact(label, at.map(|at| view::moment(event, at)));
    }
    fact("Time zone", Some(schedule.zone.name().to_owned()));
    let place = &details.place;
    let town = [&place.city, &place.region, &place.country].into_iter().flatten().cloned();
    let lines = [&place.name, &place.address].into_iter().flatten().cloned().chain(town);
    fact("Place", Some(lines.collect::<Vec<_>>().join(", ")));
    fact("Attendance", details.attendance.filter(|mode| *mode != Attendance::InPerson).map(mode));
    fact("Presented by", details.producer_name.clone());
    fact("Notes", details.notes.clone());
    fact("Category", Some(details.category.as_str().to_owned()));
    fact("Classifications", Some(details.classifications.join(", ")));
    fact("Capacity", details.capacity.map(|n| n.to_string()));
    let price = |amount| view::money(details.currency, amount);
    fact("Price online", details.online_price.map(price));
    let at_door = |amount| match &details.door_seller {
        Some(seller) => format!("{}, from {seller}", price(amount)),
        None => price(amount),
    };
    fact("Price at the door", details.door_price.map(at_door));
    fact("External id", details.external.as_ref().map(|one| format!("{} {}", one.source, one.id)));
    facts.extend(where_published(event, places));
    for (label, text) in [("Number", event.number.to_string()), ("Id", event.id.to_string())] {
        facts.push(Fact { label, text, path: None });
    }
    facts
}

fn where_published(event: &Event, places: &Places) -> Vec<Fact> {
    let details = &event.details;
    let gone = || "one that was deleted".to_owned();
    let venue = details.venue_id.map(|id| {
        let name = places.venue(Some(id)).map_or_else(gone, |venue| venue.details.name.clone());
        Fact { label: "Venue", text: name, path: Some(format!("/dashboard/venues/{id}")) }
    });
    let channel = details.channel_id.map(|id| {
        let found = places.channels.iter().find(|channel| channel.id == id);
        let name = found.map_or_else(gone, |channel| channel.details.name.clone());
        Fact { label: "Channel", text: name, path: Some(format!("/dashboard/channels/{id}")) }
    });
    let office = details.box_office_id.map(|id| {
        let name = places.office(Some(id)).map_or_else(gone, |office| office.details.name.clone());
        Fact { label: "Box office", text: name, path: Some(format!("/dashboard/box-offices/{id}")) }
    });
    let series = event.series_id.map(|id| Fact {
        label: "Series",
        text: "One of a series".to_owned(),
        path: Some(format!("/dashboard/series/{id}")),
    });
    [venue, channel, office, series].into_iter().flatten().collect()
}

fn mode(mode: Attendance) -> String {
    mode.as_str().replace('_', " ")
}

fn links(event: &Event) -> Vec<(String, String)> {
    let links = &event.details.links;
    let named = [
        ("Tickets", &links.ticketing),
        ("Website", &links.website),
        ("Facebook event", &links.facebook_event),
    ];
    let poster = event.details.poster_url.iter().map(|url| ("Poster".to_owned(), url.clone()));
    let own = named.into_iter().filter_map(|(label, url)| Some((label.to_owned(), url.clone()?)));
    let offers = event.details.offers.iter().map(|offer| {
        let name = offer.name.clone().unwrap_or_else(|| "Offer".to_owned());
        let state = offer.availability.as_deref().map(|state| format!(" ({})", state.replace('_', " ")));
        (format!("{name}{}", state.unwrap_or_default()), offer.url.clone())
    });
    own.chain(poster).chain(offers).collect()
}

fn picture(visit: &Visit, event: &Event, media: Option<&Media>) -> Picture {
    let form: &Form = &visit.form;
    let upload = media.map(|media| format!("/media/{}", media.number));
    let is_upload = upload.is_some();
    Picture {
        // The page's policy lets images come over HTTPS only.
        src: upload.or_else(|| event.details.poster_url.clone().filter(|url| url.starts_with("https://"))),
        alt: media.and_then(|media| media.alt.clone()).unwrap_or_default(),
        size: media.map(|media| format!("{} × {} pixels", media.width, media.height)).unwrap_or_default(),
        is_upload,
        summary: form.summary(),
        file: form.input("file", "file", "Image").hint("JPEG, PNG, WebP or GIF."),
        alt_field: form.text("alt", "What it shows").max(500).optional().hint("For those who do not see it."),
        may_upload: visit.may(Capability::EventsWrite) && visit.may(Capability::MediaCreate),
    }
}
