//! `callboard key`: API keys of every family.

use clap::{Subcommand, ValueEnum};
use http::Method;
use serde_json::{Value, json};

use super::operator::{Answer, Ask, Target};
use super::out;
use super::resource::{self, Columns, Page, body, segment, text};

const PATH: &str = "/v1/keys";
const LISTED: Columns = &[
    ("ID", "/id"),
    ("FAMILY", "/family"),
    ("LABEL", "/label"),
    ("ENDS IN", "/hint"),
    ("SCOPES", "/scopes"),
    ("LAST USED", "/lastUsedAt"),
    ("REVOKED", "/revokedAt"),
];
const SHOWN: Columns =
    &[("key", "/key"), ("id", "/id"), ("family", "/family"), ("label", "/label"), ("scopes", "/scopes")];

#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  callboard key create --family venue --venue VENUE_ID --label 'Website'
  callboard key create --family native --scope events:read --label 'Reports' --json
  callboard key rotate KEY_ID --grace-seconds 3600")]
pub(super) struct Args {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key; its token is printed once
    Create(Create),
    /// List keys, revoked ones too
    List(Page),
    /// End a key at once
    Revoke {
        /// The key's id
        id: String,
    },
    /// Give a key a new token, printed once
    Rotate {
        /// The key's id
        id: String,
        /// Seconds that the old token goes on working
        #[arg(long, default_value_t = 0)]
        grace_seconds: u32,
    },
}

#[derive(Debug, clap::Args)]
struct Create {
    /// Which surface it opens
    #[arg(long, value_enum)]
    family: Family,
    /// What it is for
    #[arg(long)]
    label: String,
    /// What it may do, repeatable; a family's defaults without it (native keys have none)
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// The venue it is bound to
    #[arg(long, value_name = "ID")]
    venue: Option<String>,
    /// The channel it is narrowed to
    #[arg(long, value_name = "ID")]
    channel: Option<String>,
    /// The box office it is bound to
    #[arg(long, value_name = "ID")]
    box_office: Option<String>,
    /// The event it is narrowed to
    #[arg(long, value_name = "ID")]
    event: Option<String>,
    /// When it ends by itself, such as 2030-01-31T00:00:00Z
    #[arg(long, value_name = "INSTANT")]
    expires_at: Option<String>,
    /// Requests per minute, instead of the family's limit
    #[arg(long, value_name = "NUMBER")]
    rate_limit_per_minute: Option<u32>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Family {
    Channel,
    Venue,
    BoxOffice,
    Developer,
    Native,
}

impl Family {
    fn word(self) -> &'static str {
        match self {
            Family::Channel => "channel",
            Family::Venue => "venue",
            Family::BoxOffice => "box_office",
            Family::Developer => "developer",
            Family::Native => "native",
        }
    }
}

impl Create {
    fn body(&self) -> Value {
        body([
            ("family", Some(json!(self.family.word()))),
            ("label", text(Some(&self.label))),
            ("scopes", (!self.scopes.is_empty()).then(|| json!(self.scopes))),
            ("venueId", text(self.venue.as_ref())),
            ("channelId", text(self.channel.as_ref())),
            ("boxOfficeId", text(self.box_office.as_ref())),
            ("eventId", text(self.event.as_ref())),
            ("expiresAt", text(self.expires_at.as_ref())),
            ("rateLimitPerMinute", self.rate_limit_per_minute.map(|limit| json!(limit))),
        ])
    }
}

pub(super) fn run(args: &Args) -> Result<(), String> {
    let target = &args.target;
    match &args.command {
        Command::Create(new) => minted(target, &Ask::new(Method::POST, PATH).with(new.body())).map(drop),
        Command::List(page) => resource::list(target, PATH, page, LISTED),
        Command::Revoke { id } => {
            let ask = Ask::new(Method::POST, format!("{PATH}/{}/revoke", segment(id)));
            resource::tell(target, &ask, &[("id", "/id"), ("label", "/label"), ("revoked", "/revokedAt")])
                .map(drop)
        }
        Command::Rotate { id, grace_seconds } => {
            let ask = Ask::new(Method::POST, format!("{PATH}/{}/rotate", segment(id)));
            minted(target, &ask.with(json!({ "graceSeconds": grace_seconds }))).map(drop)
        }
    }
}

fn minted(target: &Target, ask: &Ask) -> Result<Answer, String> {
    let answer = resource::tell(target, ask, SHOWN)?;
    out::aside("Store the key now: only its hash is kept, and it is not shown again.");
    Ok(answer)
}
