//! `callboard venue`, `callboard channel` and `callboard box-office`: the places to publish to.

use clap::Subcommand;
use http::Method;
use serde_json::{Value, json};

use super::operator::{Ask, Target};
use super::resource::{self, Columns, Page, body, text};

const VENUES: Columns = &[
    ("ID", "/id"),
    ("NAME", "/name"),
    ("SLUG", "/slug"),
    ("CITY", "/city"),
    ("TIMEZONE", "/timezone"),
    ("CAPACITY", "/capacity"),
];
const CHANNELS: Columns = &[("ID", "/id"), ("NUMBER", "/number"), ("NAME", "/name"), ("SLUG", "/slug")];
const BOX_OFFICES: Columns = &[
    ("ID", "/id"),
    ("NAME", "/name"),
    ("SLUG", "/slug"),
    ("TIMEZONE", "/timezone"),
    ("CURRENCY", "/currency"),
];
const MADE: Columns = &[("id", "/id"), ("name", "/name"), ("slug", "/slug")];
const MADE_CHANNEL: Columns = &[("id", "/id"), ("number", "/number"), ("name", "/name"), ("slug", "/slug")];

/// A kind of place: where the API has it and what tables show of it.
struct Kind {
    path: &'static str,
    listed: Columns,
    made: Columns,
}

const VENUE: Kind = Kind { path: "/v1/venues", listed: VENUES, made: MADE };
const CHANNEL: Kind = Kind { path: "/v1/channels", listed: CHANNELS, made: MADE_CHANNEL };
const BOX_OFFICE: Kind = Kind { path: "/v1/box-offices", listed: BOX_OFFICES, made: MADE };

/// What can be done with a place; `New` are the flags of its making.
#[derive(Debug, clap::Args)]
pub(super) struct Args<New: clap::Args> {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Command<New>,
}

#[derive(Debug, Subcommand)]
enum Command<New: clap::Args> {
    /// Make one
    #[command(arg_required_else_help = true)]
    Create(New),
    /// List them
    List(Page),
    /// Delete one; refused while upcoming events use it
    Delete {
        /// Its id
        id: String,
    },
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  callboard venue create --name 'Pier 9' --city Boston --state-province MA --country US \\
    --timezone America/New_York --capacity 220")]
pub(super) struct NewVenue {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    city: String,
    /// State, province or region
    #[arg(long)]
    state_province: String,
    /// ISO 3166-1 alpha-2, such as US
    #[arg(long)]
    country: String,
    /// IANA name, such as America/New_York
    #[arg(long)]
    timezone: String,
    /// Most people it holds
    #[arg(long)]
    capacity: u32,
    #[arg(long)]
    address: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  callboard channel create --name 'Harbour Jazz'")]
pub(super) struct NewChannel {
    #[command(flatten)]
    common: Common,
    #[arg(long)]
    description: Option<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  callboard box-office create --name 'Pier Tickets' --timezone America/New_York --currency USD \\
    --default-venue VENUE_ID --default-channel CHANNEL_ID")]
pub(super) struct NewBoxOffice {
    #[command(flatten)]
    common: Common,
    /// IANA name, such as America/New_York
    #[arg(long)]
    timezone: String,
    /// ISO 4217, such as USD
    #[arg(long)]
    currency: String,
    /// Where its events appear as well
    #[arg(long, value_name = "ID")]
    default_venue: Option<String>,
    /// Where its events are announced as well
    #[arg(long, value_name = "ID")]
    default_channel: Option<String>,
}

/// What every place has.
#[derive(Debug, clap::Args)]
struct Common {
    #[arg(long)]
    name: String,
    /// The readable part of its address; made from the name without it
    #[arg(long)]
    slug: Option<String>,
}

pub(super) fn venue(args: &Args<NewVenue>) -> Result<(), String> {
    run(args, &VENUE, |new| {
        body([
            ("name", text(Some(&new.common.name))),
            ("slug", text(new.common.slug.as_ref())),
            ("city", text(Some(&new.city))),
            ("stateProvince", text(Some(&new.state_province))),
            ("country", text(Some(&new.country))),
            ("timezone", text(Some(&new.timezone))),
            ("capacity", Some(json!(new.capacity))),
            ("address", text(new.address.as_ref())),
        ])
    })
}

pub(super) fn channel(args: &Args<NewChannel>) -> Result<(), String> {
    run(args, &CHANNEL, |new| {
        body([
            ("name", text(Some(&new.common.name))),
            ("slug", text(new.common.slug.as_ref())),
            ("description", text(new.description.as_ref())),
        ])
    })
}

pub(super) fn box_office(args: &Args<NewBoxOffice>) -> Result<(), String> {
    run(args, &BOX_OFFICE, |new| {
        body([
            ("name", text(Some(&new.common.name))),
            ("slug", text(new.common.slug.as_ref())),
            ("timezone", text(Some(&new.timezone))),
            ("currency", text(Some(&new.currency))),
            ("defaultVenueId", text(new.default_venue.as_ref())),
            ("defaultChannelId", text(new.default_channel.as_ref())),
        ])
    })
}

fn run<New: clap::Args>(
    args: &Args<New>,
    kind: &Kind,
    body: impl FnOnce(&New) -> Value,
) -> Result<(), String> {
    let target = &args.target;
    match &args.command {
        Command::Create(new) => {
            let ask = Ask::new(Method::POST, kind.path).with(body(new));
            resource::tell(target, &ask, kind.made).map(drop)
        }
        Command::List(page) => resource::list(target, kind.path, page, kind.listed),
        Command::Delete { id } => resource::delete(target, kind.path, id),
    }
}
