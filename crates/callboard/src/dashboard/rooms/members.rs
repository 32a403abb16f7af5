//! `/dashboard/members`: who belongs to the organization, in which role; inviting, changing, removing.
//! Source: native-api.md §2.

use askama::Template;
use callboard_core::account::Role;
use callboard_core::issue::{IssueCode, Issues};
use callboard_core::key::Secret;
use callboard_core::rejection::{Rejection, Thing};
use callboard_core::text;
use callboard_store::Tenant;
use callboard_store::members::{AddMember, Member, RemoveMember, ReviseMember};

use crate::dashboard::field::Choice;
use crate::dashboard::form::Form;
use crate::dashboard::page::Page;
use crate::dashboard::pieces::{self, ConfirmPage, FormPage, Pager, ROWS};
use crate::dashboard::shell::{Shell, Tone};
use crate::dashboard::visit::{Committed, Visit, done, go_saying};
use crate::dashboard::{times, words};
use crate::http::grant::{MembersRead, MembersWrite, Needs};
use crate::http::{Granted, Refusal, Reply};
use crate::use_cases::accounts;

const PATH: &str = "/dashboard/members";

pub(super) fn pages() -> Vec<Page> {
    vec![
        Page::get(PATH).granted(list),
        Page::post(PATH).granted(add),
        Page::get("/dashboard/members/new").granted(new),
        Page::get("/dashboard/members/{id}").granted(edit),
        Page::post("/dashboard/members/{id}").granted(save),
        Page::get("/dashboard/members/{id}/remove").granted(ask),
        Page::post("/dashboard/members/{id}/remove").granted(remove),
    ]
}

#[derive(Template)]
#[template(path = "dashboard/members.html")]
struct MembersPage {
    frame: Shell,
    rows: Vec<Row>,
    pager: Pager,
    may_write: bool,
}

struct Row {
    name: String,
    email: String,
    role: &'static str,
    is_joined: bool,
    since: String,
    path: String,
    is_you: bool,
}

async fn list(visit: Visit, grant: Granted<MembersRead>) -> Result<Reply, Refusal> {
    let page = visit.app.store.list_members(grant.tenant(), pieces::after(&visit.query), ROWS).await?;
    let own = visit.member()?.account.id;
    let row = |member: &Member| Row {
        name: member.name.clone().unwrap_or_else(|| member.email.clone()),
        email: member.email.clone(),
        role: words::role(member.role),
        is_joined: member.joined_at.is_some(),
        since: times::day(member.joined_at.unwrap_or(member.created_at)),
        path: format!("{PATH}/{}", member.id),
        is_you: member.account_id == Some(own),
    };
    let page = MembersPage {
        frame: visit.shell("Members", PATH).await?,
        rows: page.items.iter().map(row).collect(),
        pager: Pager::of(PATH, &visit.query, &page),
        may_write: visit.may(MembersWrite::CAPABILITY),
    };
    visit.show(&page)
}

/// The roles with what each may do.
fn roles() -> Vec<Choice> {
    let about = |role: Role| match role {
        Role::Owner => "Everything, renaming the organization and making owners included.",
        Role::Admin => "Everything but renaming the organization and making owners.",
        Role::Editor => "The programme, its venues and channels. Sees orders, sells nothing.",
        Role::BoxOffice => "Sells, refunds and checks in. Changes no programme.",
        Role::Viewer => "Reads what is on. Sees no buyers, no keys.",
    };
    let choice = |role: &Role| {
        Choice::new(role.as_str(), words::sentence_case(words::role(*role)).trim_end_matches('.'))
            .hint(about(*role))
    };
    Role::ALL.iter().map(choice).collect()
}

async fn new(mut visit: Visit, _: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    if !visit.form.has("role") {
        visit.form.set("role", Role::Viewer.as_str());
    }
    let frame = visit.shell("Invite a person", PATH).await?.crumb("Members", PATH).crumb("Invite", "");
    let form = &visit.form;
    let page = FormPage::new(frame, form, PATH, "Invite", PATH)
        .lead("Whoever has an account joins at once. Anybody else gets a link that you pass on.")
        .row([form.input("email", "email", "E-mail address").max(254).focused()])
        .row([form.cards("role", "Role", roles())]);
    visit.show(&page.ready())
}

#[derive(Template)]
#[template(path = "dashboard/invited.html")]
struct InvitedPage {
    frame: Shell,
    email: String,
    url: String,
}

async fn add(mut visit: Visit, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    match invite(&visit, grant.tenant()).await {
        Ok((Committed::Now(member), url)) if member.joined_at.is_none() => {
            let frame = visit
                .shell("Pass the invitation on", PATH)
                .await?
                .crumb("Members", PATH)
                .crumb("Invitation", "");
            visit.show(&InvitedPage { frame, email: member.email, url })
        }
        Ok((Committed::Now(member), _)) => Ok(done(PATH, &format!("{} is a member now.", member.email))),
        Ok((Committed::Before(reply), _)) => Ok(reply),
        Err(refusal) => {
            mendable(&mut visit.form, refusal)?;
            new(visit, grant).await
        }
    }
}

async fn invite(visit: &Visit, tenant: &Tenant) -> Result<(Committed<Member>, String), Refusal> {
    let mut issues = Issues::new();
    let email = issues.keep("email", IssueCode::InvalidFormat, text::email(visit.form.get("email")));
    let role = role(&visit.form, &mut issues);
    let (Some(email), Some(role)) = (email, role) else { return Err(issues.into()) };
    let token: Secret = accounts::invite_token(&visit.app);
    let command =
        AddMember { tenant: tenant.clone(), email, role, invite_hash: accounts::invite_hash(&token) };
    let again = |_: &Member| {
        go_saying(PATH, Tone::Info, "This invitation was made already. Its link was shown once.")
    };
    let made = visit.commit(tenant, command, again).await?;
    Ok((made, accounts::invite_url(&visit.app.public_url, &token)))
}

fn role(form: &Form, issues: &mut Issues) -> Option<Role> {
    issues.keep("role", IssueCode::InvalidValue, Role::parse(form.get("role")).ok_or("choose a role"))
}

/// As [`Form::refused`]; that only owners touch owners is said beside the role.
fn mendable(form: &mut Form, refusal: Refusal) -> Result<(), Refusal> {
    match refusal {
        Refusal::Rejected(Rejection::OutOfReach) => {
            let only_owners = callboard_core::issue::Issue::body(
                "role",
                IssueCode::InvalidValue,
                "only owners make, change or remove owners",
            );
            form.refused(only_owners.into())
        }
        other => form.refused(other),
    }
}

async fn named(visit: &Visit, tenant: &Tenant) -> Result<Member, Refusal> {
    let id = visit.path.id("id").ok_or(Refusal::not_found(Thing::Member))?;
    let found = visit.app.store.find_member(tenant, id).await?;
    found.ok_or(Refusal::not_found(Thing::Member))
}

async fn edit(mut visit: Visit, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let member = named(&visit, grant.tenant()).await?;
    visit.form = Form::filled([("role", member.role.as_str().to_owned())]);
    form(&visit, &member).await
}

async fn form(visit: &Visit, member: &Member) -> Result<Reply, Refusal> {
    let path = format!("{PATH}/{}", member.id);
    let name = member.name.clone().unwrap_or_else(|| member.email.clone());
    let frame = visit.shell(&name, PATH).await?.crumb("Members", PATH).crumb(name.clone(), "");
    let page = FormPage::new(frame, &visit.form, path.clone(), "Save", PATH)
        .lead(format!("{}. A new role holds from the next click on.", member.email))
        .keep("version", member.version.to_string())
        .row([visit.form.cards("role", "Role", roles())])
        .grave(
            if member.joined_at.is_some() { "Remove" } else { "Take the invitation back" },
            format!("{path}/remove"),
        );
    visit.show(&page.ready())
}

async fn save(mut visit: Visit, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let member = named(&visit, grant.tenant()).await?;
    let mut issues = Issues::new();
    let written = match role(&visit.form, &mut issues) {
        Some(role) => {
            let if_match = visit.form.get("version").parse().ok();
            let command = ReviseMember { tenant: grant.tenant().clone(), id: member.id, role, if_match };
            let saved =
                |after: &Member| done(PATH, &format!("{} is {} now.", after.email, words::role(after.role)));
            visit.write(grant.tenant(), command, saved).await
        }
        None => Err(issues.into()),
    };
    match written {
        Ok(reply) => Ok(reply),
        Err(refusal) => {
            mendable(&mut visit.form, refusal)?;
            form(&visit, &member).await
        }
    }
}

async fn ask(visit: Visit, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let member = named(&visit, grant.tenant()).await?;
    question(&visit, &member, None).await
}

async fn question(visit: &Visit, member: &Member, problem: Option<Refusal>) -> Result<Reply, Refusal> {
    let path = format!("{PATH}/{}", member.id);
    let frame = visit.shell(&format!("Remove {}?", member.email), PATH).await?;
    let frame = frame.crumb("Members", PATH).crumb(member.email.clone(), path.clone()).crumb("Remove", "");
    let page = ConfirmPage::new(frame, format!("{path}/remove"), "Remove", path);
    let mut page = if member.joined_at.is_some() {
        page.line("Their sessions here end at once, and their channel keys no longer reach this organization's channels. Other keys go on working.")
    } else {
        page.line("The link of the invitation stops working.")
    };
    let status = problem.as_ref().map_or(http::StatusCode::OK, words::status);
    page.problem = problem.map(|refusal| match refusal {
        Refusal::Rejected(Rejection::OutOfReach) => "Only owners remove owners.".to_owned(),
        other => words::sentence(&other),
    });
    visit.show_as(status, &page)
}

async fn remove(visit: Visit, grant: Granted<MembersWrite>) -> Result<Reply, Refusal> {
    let member = named(&visit, grant.tenant()).await?;
    let command = RemoveMember { tenant: grant.tenant().clone(), id: member.id, if_match: None };
    let text = format!("{} is removed.", member.email);
    let removed = move |(): &()| done(PATH, &text);
    match visit.write(grant.tenant(), command, removed).await {
        Err(refusal @ Refusal::Rejected(Rejection::LastOwner | Rejection::OutOfReach)) => {
            question(&visit, &member, Some(refusal)).await
        }
        other => other,
    }
}
