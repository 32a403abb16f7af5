//! `/welcome`: the first ten minutes of a server: the first account, the organization, what it is, its first place
//! and key; ends with a request to paste that turns the light green.

use askama::Template;
use callboard_core::key::{Binding, Family};
use callboard_core::place::{BoxOffice, Channel, Venue};

use super::keys::made::{self, Made};
use super::places::kind::{Neighbours, Place};
use super::sign_in::enter;
use super::sign_up::{NAME_MAX, make, person};
use crate::dashboard::field::{Choice, Field};
use crate::dashboard::form::Summary;
use crate::dashboard::guard;
use crate::dashboard::page::Page;
use crate::dashboard::shell::{Frame, Shell, Tone};
use crate::dashboard::visit::{Committed, Visit, go, go_saying};
use crate::http::grant::KeysWrite;
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::mint::{self, NewKey};

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get("/welcome").open(greet),
        Page::post("/welcome").open(found),
        Page::get("/welcome/place").granted(place),
        Page::post("/welcome/place").granted(furnish),
    ]
}

#[derive(Template)]
#[template(path = "dashboard/welcome.html")]
struct WelcomePage {
    frame: Frame,
    summary: Summary,
    fields: Vec<Field>,
    kind: Field,
    needs_https: bool,
    public_url: String,
}

/// What an organization is: it decides which place and key come first.
fn kinds() -> Vec<Choice> {
    vec![
        Choice::new("venue", "A venue")
            .hint("Your website shows what is on. You get a venue and a key for its feed."),
        Choice::new("promoter", "A promoter")
            .hint("You announce shows that people follow. You get a channel and a key for it."),
        Choice::new("box_office", "A box office")
            .hint("You sell tickets. You get a box office and a key for it."),
        Choice::new("platform", "A platform")
            .hint("Your software runs all of it. You get a native key with the scopes you tick."),
    ]
}

async fn greet(visit: Visit) -> Result<Reply, Refusal> {
    if visit.visitor.member().is_some() {
        return Ok(go("/welcome/place"));
    }
    if !visit.app.store.has_no_account().await? {
        return Ok(go("/signup"));
    }
    let mut visit = visit;
    if !visit.form.has("kind") {
        visit.form.set("kind", "venue");
    }
    let mut fields = person(&visit.form);
    fields.push(
        visit
            .form
            .text("organizationName", "Organization")
            .max(NAME_MAX)
            .autocomplete("organization")
            .hint("Your venue, company or collective."),
    );
    let page = WelcomePage {
        frame: visit.frame("Welcome to your server"),
        summary: visit.form.summary(),
        fields,
        kind: visit.form.cards("kind", "What are you?", kinds()),
        needs_https: !guard::keeps_cookies(&visit.app, &visit.request),
        public_url: visit.app.public_url.clone(),
    };
    visit.show(&page)
}

async fn found(mut visit: Visit) -> Result<Reply, Refusal> {
    if !guard::keeps_cookies(&visit.app, &visit.request) {
        return greet(visit).await;
    }
    let organization = Some(visit.form.get("organizationName").to_owned());
    match make(&visit, organization, None).await {
        Ok(made) => {
            let kind = kinds().into_iter().map(|kind| kind.value).find(|kind| kind == visit.form.get("kind"));
            let path = format!("/welcome/place?kind={}", kind.as_deref().unwrap_or("venue"));
            Ok(enter(&visit, &made.session, &path))
        }
        Err(refusal) => {
            visit.form.refused(refusal)?;
            greet(visit).await
        }
    }
}

#[derive(Template)]
#[template(path = "dashboard/welcome_place.html")]
struct PlacePage {
    frame: Shell,
    summary: Summary,
    lead: &'static str,
    kind: String,
    rows: Vec<Vec<Field>>,
    submit: &'static str,
}

#[derive(Template)]
#[template(path = "dashboard/welcome_kind.html")]
struct KindPage {
    frame: Shell,
    kinds: Vec<Choice>,
}

async fn place(mut visit: Visit, _: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let kind = visit.query.get("kind").to_owned();
    if visit.form.values().is_empty() {
        let member = visit.member()?;
        let organization = visit.app.store.organization(&member.tenant).await?;
        visit.form.set("name", &organization.name);
    }
    page(&visit, &kind).await
}

async fn page(visit: &Visit, kind: &str) -> Result<Reply, Refusal> {
    let none = Neighbours::default();
    let form = &visit.form;
    let without = |rows: Vec<Vec<Field>>, hidden: &[&str]| -> Vec<Vec<Field>> {
        let keep = |row: Vec<Field>| {
            row.into_iter().filter(|field| !hidden.contains(&field.name.as_str())).collect()
        };
        rows.into_iter().map(keep).filter(|row: &Vec<Field>| !row.is_empty()).collect()
    };
    let (title, lead, rows, submit) = match kind {
        "venue" => (
            "Your venue",
            "Where it takes place. Its website can read what is on there.",
            without(Venue::fields(form, &none), &["slug", "latitude", "longitude"]),
            "Create the venue and its key",
        ),
        "promoter" => (
            "Your channel",
            "What people follow to hear of your shows.",
            without(Channel::fields(form, &none), &["slug"]),
            "Create the channel and its key",
        ),
        "box_office" => (
            "Your box office",
            "What sells your tickets, in which currency and time zone.",
            without(BoxOffice::fields(form, &none), &["slug", "defaultVenueId", "defaultChannelId"]),
            "Create the box office and its key",
        ),
        "platform" => return Ok(go("/dashboard/keys/new?family=native&label=My%20platform")),
        _ => {
            let frame = visit.shell("What do you begin with?", "/dashboard").await?;
            return visit.show(&KindPage { frame, kinds: kinds() });
        }
    };
    let page = PlacePage {
        frame: visit.shell(title, "/dashboard").await?,
        summary: form.summary(),
        lead,
        kind: kind.to_owned(),
        rows,
        submit,
    };
    visit.show(&page)
}

async fn furnish(mut visit: Visit, grant: Granted<KeysWrite>) -> Result<Reply, Refusal> {
    let kind = visit.form.get("kind").to_owned();
    let begun = match kind.as_str() {
        "venue" => {
            begin::<Venue>(&visit, &grant, |venue| {
                (Family::Venue, Binding { venue_id: Some(venue.id), ..Binding::default() })
            })
            .await
        }
        "promoter" => begin::<Channel>(&visit, &grant, |_| (Family::Channel, Binding::default())).await,
        "box_office" => {
            begin::<BoxOffice>(&visit, &grant, |office| {
                (Family::BoxOffice, Binding { box_office_id: Some(office.id), ..Binding::default() })
            })
            .await
        }
        _ => return Ok(go("/welcome/place")),
    };
    match begun {
        Ok(Committed::Now(made)) => made::show(&visit, made).await,
        Ok(Committed::Before(reply)) => Ok(reply),
        Err(refusal) => {
            visit.form.refused(refusal)?;
            page(&visit, &kind).await
        }
    }
}

/// Makes the place, then its first key.
async fn begin<P: Place>(
    visit: &Visit,
    grant: &Granted<KeysWrite>,
    key: impl Fn(&P) -> (Family, Binding),
) -> Result<Committed<Made>, Refusal> {
    let tenant = visit.grant::<P::Write>()?.tenant().clone();
    let command = P::parse_new(&visit.form, &tenant)?;
    let again = |place: &P| {
        go_saying(
            &place.path(P::PATHS.keys),
            Tone::Info,
            "This was made already. The key's token was shown once.",
        )
    };
    let place = match visit.commit(&tenant, command, again).await? {
        Committed::Now(place) => place,
        Committed::Before(reply) => return Ok(Committed::Before(reply)),
    };
    let (family, binding) = key(&place);
    let label = "first key".to_owned();
    let new = NewKey { family, label, scopes: None, binding, expires_at: None, rate_limit_per_minute: None };
    let (command, secret) =
        mint::mint(&visit.app, grant.tenant(), tenant.account_id(), new, visit.now).await?;
    let key = visit.app.store.write(visit.context(), command).await?;
    Ok(Committed::Now(Made { key, secret, replaced: None }))
}
