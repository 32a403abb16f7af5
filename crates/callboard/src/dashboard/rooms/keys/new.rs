//! `/dashboard/keys/new`: which family, then label, place and scopes. The published default scopes are chosen
//! already, the narrower choice stands beside them; a native key's scopes must each be ticked.

use askama::Template;
use callboard_core::issue::{Issue, IssueCode, Issues};
use callboard_core::key::{Binding, Family, LABEL_MAX};
use callboard_core::time::Timestamp;
use callboard_store::page::LIMIT_MAX;

use super::made::{self, Made};
use super::{PATH, event, view};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::{Form, Summary, line};
use crate::dashboard::page::Page;
use crate::dashboard::shell::{Shell, Tone};
use crate::dashboard::visit::{Committed, Visit, go_saying};
use crate::http::grant::KeysWrite;
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::mint::{self, NewKey};

pub(super) fn pages() -> Vec<Page> {
    vec![Page::get("/dashboard/keys/new").granted(show), Page::post(PATH).granted(create)]
}

#[derive(Template)]
#[template(path = "dashboard/key_families.html")]
struct FamiliesPage {
    frame: Shell,
    families: Vec<(&'static str, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "dashboard/key_new.html")]
struct NewKeyPage {
    frame: Shell,
    summary: Summary,
    about: &'static str,
    family: &'static str,
    label: Field,
    place: Option<Field>,
    event: Option<event::Picker>,
    presets: Option<Field>,
    boxes: Option<Field>,
    more: Vec<Field>,
    is_more_open: bool,
}

async fn show(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    match Family::parse(visit.query.get("family")) {
        Some(family) => {
            visit.form = begun(family, &visit.query);
            form(&visit, &grant, family).await
        }
        None => choose(&visit).await,
    }
}

async fn choose(visit: &Visit) -> Result<Reply, Refusal> {
    let frame = visit.shell("Generate a key", PATH).await?.crumb("API keys", PATH).crumb("New", "");
    let words = |family: &Family| (family.as_str(), view::family(*family).0, view::family(*family).1);
    let families = Family::ALL.iter().map(words).collect();
    visit.show(&FamiliesPage { frame, families })
}

/// A form as it is opened: what the address names is chosen, and the published default scopes.
fn begun(family: Family, query: &Form) -> Form {
    let mut form = Form::of(query.values().to_vec());
    form.set("preset", if family.default_scopes().is_empty() { "own" } else { "default" });
    form.add_all("scopes", family.default_scopes());
    if !form.has(event::CHOSEN) {
        form.set(event::CHOSEN, "");
    }
    form
}

/// The narrower choice than a family's default, where there is one.
fn narrower(family: Family) -> Option<&'static [&'static str]> {
    match family {
        Family::Channel => Some(&["channels:read", "events:read"]),
        Family::BoxOffice => Some(&["events:read"]),
        Family::Venue | Family::Developer | Family::Native => None,
    }
}

async fn form(visit: &Visit, grant: &Granted<KeysWrite>, family: Family) -> Result<Reply, Refusal> {
    let form = &visit.form;
    let frame = visit.shell(&format!("New {} key", view::family(family).0.to_lowercase()), PATH).await?;
    let place = place(visit, grant, family).await?;
    let event = event::picker(visit, grant.tenant(), family).await?;
    let presets = presets(form, family);
    let known = family.known_scopes().iter().map(|scope| Choice::new(*scope, *scope));
    let boxes = (!family.known_scopes().is_empty()).then(|| {
        let title = if presets.is_some() { "Scopes of your own choice" } else { "Scopes" };
        let boxes = form.boxes("scopes", title, known.collect());
        if presets.is_none() { boxes.hint("Tick what the key needs and nothing more.") } else { boxes }
    });
    let more = vec![
        form.input("date", "expiresAt", "Ends after")
            .optional()
            .hint("The last day on which it works, in UTC. Without one it works until you revoke it."),
        form.number("rateLimitPerMinute", "Requests per minute", ("1", "100000000"), "1")
            .optional()
            .hint("Instead of the family's own limit."),
    ];
    let page = NewKeyPage {
        frame: frame.crumb("API keys", PATH).crumb("New", ""),
        summary: form
            .clone()
            .showing(&[
                "label",
                "scopes",
                "venueId",
                "boxOfficeId",
                "narrow",
                "eventId",
                "expiresAt",
                "rateLimitPerMinute",
            ])
            .summary(),
        about: view::family(family).1,
        family: family.as_str(),
        label: form.text("label", "Label").max(LABEL_MAX).focused().hint(
            "What will use it, such as “website production”. One key per deployment is easy to revoke.",
        ),
        is_more_open: more
            .iter()
            .any(|field| form.some(&field.name).is_some() || form.fault(&field.name).is_some()),
        place,
        event,
        presets,
        boxes,
        more,
    };
    visit.show(&page)
}

fn presets(form: &Form, family: Family) -> Option<Field> {
    let list = |scopes: &[&str]| scopes.join(", ");
    let standard = family.default_scopes();
    if standard.is_empty() {
        return None;
    }
    let mut choices = vec![Choice::new("default", "The published default").hint(list(standard))];
    choices.extend(
        narrower(family).map(|scopes| Choice::new("narrow", "Narrower: read only").hint(list(scopes))),
    );
    choices.push(Choice::new("own", "Your own choice").hint("as ticked below"));
    Some(form.cards("preset", "What may it do?", choices))
}

/// What the key is bound to, by its family.
async fn place(visit: &Visit, grant: &Granted<KeysWrite>, family: Family) -> Result<Option<Field>, Refusal> {
    let (store, tenant, form) = (&visit.app.store, grant.tenant(), &visit.form);
    let venues = async || -> Result<Vec<(String, String)>, Refusal> {
        let all = store.list_venues(tenant, None, LIMIT_MAX).await?.items;
        Ok(all.into_iter().map(|one| (one.id.to_string(), one.details.name)).collect())
    };
    let offices = async || -> Result<Vec<(String, String)>, Refusal> {
        let all = store.list_box_offices(tenant, None, LIMIT_MAX).await?.items;
        Ok(all.into_iter().map(|one| (one.id.to_string(), one.details.name)).collect())
    };
    let plain =
        |all: Vec<(String, String)>| all.into_iter().map(|(id, name)| Choice::new(id, name)).collect();
    Ok(match family {
        Family::Channel => None,
        Family::Venue => Some(form.select("venueId", "Venue", plain(venues().await?))),
        Family::BoxOffice => Some(form.select("boxOfficeId", "Box office", plain(offices().await?))),
        Family::Developer => None,
        Family::Native => {
            let channels = store.list_channels(tenant, None, LIMIT_MAX).await?.items;
            let channels = channels.into_iter().map(|one| (one.id.to_string(), one.details.name));
            let kinds = [
                ("venueId", "Venue", venues().await?),
                ("channelId", "Channel", channels.collect()),
                ("boxOfficeId", "Box office", offices().await?),
            ];
            let one = |(field, kind, all): (&str, &str, Vec<(String, String)>)| {
                all.into_iter()
                    .map(|(id, name)| Choice::new(format!("{field}:{id}"), format!("{kind}: {name}")))
                    .collect::<Vec<_>>()
            };
            let whole = std::iter::once(Choice::new("", "The whole organization"));
            Some(form.select("narrow", "Reaches", whole.chain(kinds.into_iter().flat_map(one)).collect()))
        }
    })
}

async fn create(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let family = Family::parse(visit.form.get("family"));
    let family = family.ok_or_else(|| Issue::body("family", IssueCode::InvalidValue, "choose a family"))?;
    if event::asks(&visit.form) {
        return form(&visit, &grant, family).await;
    }
    match mint(&visit, &grant, family).await {
        Ok(Committed::Now(made)) => made::show(&visit, made).await,
        Ok(Committed::Before(reply)) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            form(&visit, &grant, family).await
        }
    }
}

async fn mint(visit: &Visit, grant: &Granted<KeysWrite>, family: Family) -> Result<Committed<Made>, Refusal> {
    let new = parse(&visit.form, family)?;
    let account = grant.tenant().account_id();
    let (command, secret) = mint::mint(&visit.app, grant.tenant(), account, new, visit.now).await?;
    let again = |key: &callboard_core::key::ApiKey| {
        go_saying(
            &format!("{PATH}/{}", key.id),
            Tone::Info,
            "This key was made already. Its token was shown once.",
        )
    };
    Ok(match visit.commit(grant.tenant(), command, again).await? {
        Committed::Now(key) => Committed::Now(Made { key, secret, replaced: None }),
        Committed::Before(reply) => Committed::Before(reply),
    })
}

fn parse(form: &Form, family: Family) -> Result<NewKey, Issues> {
    let mut issues = Issues::new();
    let label = line(form, &mut issues, "label", LABEL_MAX);
    let named = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>();
    let scopes = match form.get("preset") {
        "default" => family.default_scopes().is_empty().then(Vec::new),
        "narrow" => Some(narrower(family).map(named).unwrap_or_default()),
        _ => Some(form.all("scopes").map(str::to_owned).collect()),
    };
    let binding = binding(form, &mut issues);
    let expires_at = form.some("expiresAt").and_then(|day| {
        issues.keep(
            "expiresAt",
            IssueCode::InvalidFormat,
            Timestamp::parse(&format!("{day}T23:59:59Z")).map_err(|_| "must be a day"),
        )
    });
    let rate = form.some("rateLimitPerMinute").and_then(|_| {
        crate::dashboard::form::whole(form, &mut issues, "rateLimitPerMinute", 1..=100_000_000)
    });
    let Some(label) = label else { return Err(issues) };
    issues.done()?;
    Ok(NewKey { family, label, scopes, binding, expires_at, rate_limit_per_minute: rate })
}

fn binding(form: &Form, issues: &mut Issues) -> Binding {
    let narrow = form.some("narrow").and_then(|text| text.split_once(':'));
    let mut text = |name: &str| {
        let narrowed = narrow.filter(|(field, _)| *field == name).map(|(_, id)| id);
        let text = narrowed.or_else(|| form.some(name))?;
        let id = text.parse::<uuid::Uuid>().ok();
        if id.is_none() {
            issues.push(Issue::body(name, IssueCode::NotFound, "there is none with this id"));
        }
        id
    };
    Binding {
        venue_id: text("venueId").map(callboard_core::ids::VenueId),
        channel_id: text("channelId").map(callboard_core::ids::ChannelId),
        box_office_id: text("boxOfficeId").map(callboard_core::ids::BoxOfficeId),
        event_id: text(event::CHOSEN).map(callboard_core::ids::EventId),
    }
}
