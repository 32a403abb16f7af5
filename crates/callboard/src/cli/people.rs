//! `callboard account` and `callboard organization`.

use std::io::Read;

use clap::Subcommand;
use http::Method;
use serde_json::{Value, json};

use super::operator::{Ask, Target};
use super::resource::{self, Columns, Page, body, text};

/// More than any password has; a wrong pipe may be endless.
const INPUT_MAX: u64 = 4_096;
const PASSWORD_VARIABLE: &str = "CALLBOARD_PASSWORD";
const MEMBERS: Columns = &[("ID", "/id"), ("EMAIL", "/email"), ("ROLE", "/role"), ("STATUS", "/status")];
const ORGANIZATION: Columns = &[("id", "/id"), ("name", "/name"), ("slug", "/slug")];

#[derive(Debug, clap::Args)]
#[command(
    after_help = "The password is read from standard input or from CALLBOARD_PASSWORD, never from the \
command line.

Example:
  callboard account create --email ada@example.org --name 'Ada Lovelace' < password.txt"
)]
pub(super) struct AccountArgs {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Sign somebody up, with an organization of their own; allowed whatever `registration` says
    Create {
        /// The address to sign in with
        #[arg(long)]
        email: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// The organization's name; the person's without it
        #[arg(long, value_name = "NAME")]
        organization_name: Option<String>,
    },
    /// List the people of an organization
    List(Page),
}

pub(super) fn account(args: &AccountArgs) -> Result<(), String> {
    match &args.command {
        AccountCommand::Create { email, name, organization_name } => {
            let body = body([
                ("email", text(Some(email))),
                ("name", text(Some(name))),
                ("password", Some(Value::String(password()?))),
                ("organizationName", text(organization_name.as_ref())),
            ]);
            let ask = Ask { may_found: true, ..Ask::new(Method::POST, "/v1/accounts").with(body) };
            let columns: Columns = &[
                ("account", "/account/id"),
                ("email", "/account/email"),
                ("organization", "/organization/slug"),
            ];
            resource::tell(&args.target, &ask, columns).map(drop)
        }
        AccountCommand::List(page) => resource::list(&args.target, "/v1/members", page, MEMBERS),
    }
}

/// The password from the environment, else the first line of standard input.
fn password() -> Result<String, String> {
    if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
        return Ok(password);
    }
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        super::out::aside("password (it is shown while you type; or set CALLBOARD_PASSWORD):");
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|error| format!("cannot read the password: {error}"))?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let mut input = String::new();
    let read = std::io::stdin().lock().take(INPUT_MAX).read_to_string(&mut input);
    read.map_err(|error| format!("cannot read the password from standard input: {error}"))?;
    match input.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(format!("a password is needed: on standard input or in {PASSWORD_VARIABLE}")),
    }
}

#[derive(Debug, clap::Args)]
#[command(after_help = "A new organization comes with its owner: callboard account create

Example:
  callboard organization rename --name 'Harbour Lights' --organization harbour")]
pub(super) struct OrganizationArgs {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: OrganizationCommand,
}

#[derive(Debug, Subcommand)]
enum OrganizationCommand {
    /// Show the organization
    Show,
    /// Change its name, its slug or both
    Rename {
        /// The new name
        #[arg(long, required_unless_present = "slug")]
        name: Option<String>,
        /// The new slug
        #[arg(long)]
        slug: Option<String>,
    },
}

pub(super) fn organization(args: &OrganizationArgs) -> Result<(), String> {
    let path = "/v1/organization";
    let ask = match &args.command {
        OrganizationCommand::Show => Ask::new(Method::GET, path),
        OrganizationCommand::Rename { name, slug } => {
            let changed = body([("name", text(name.as_ref())), ("slug", slug.as_ref().map(|s| json!(s)))]);
            Ask::new(Method::PATCH, path).with(changed)
        }
    };
    resource::tell(&args.target, &ask, ORGANIZATION).map(drop)
}
