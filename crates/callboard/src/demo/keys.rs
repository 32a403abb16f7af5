//! One key of each family, with all that the family may do.

use callboard_core::key::{ApiKey, Binding, Family, Secret};
use serde_json::{Value, json};

use super::places::Founded;
use super::{key, write};
use crate::app::App;
use crate::use_cases::mint::{self, NewKey};

/// A key of each family and its token.
#[derive(Debug)]
pub struct Keys {
    pub channel: (ApiKey, Secret),
    pub venue: (ApiKey, Secret),
    pub box_office: (ApiKey, Secret),
    pub developer: (ApiKey, Secret),
    pub native: (ApiKey, Secret),
}

impl Keys {
    /// Each with its name in the JSON.
    pub fn named(&self) -> [(&'static str, &(ApiKey, Secret)); 5] {
        [
            ("channel", &self.channel),
            ("venue", &self.venue),
            ("boxOffice", &self.box_office),
            ("developer", &self.developer),
            ("native", &self.native),
        ]
    }

    pub(super) fn tokens(&self) -> Value {
        self.named().into_iter().map(|(name, made)| (name.to_owned(), json!(made.1.expose()))).collect()
    }

    pub(super) fn ids(&self) -> Value {
        self.named().into_iter().map(|(name, made)| (name.to_owned(), key(made))).collect()
    }
}

pub(super) async fn mint(app: &App, house: &Founded) -> Result<Keys, String> {
    let venue = Binding { venue_id: house.venues.first().map(|venue| venue.id), ..Binding::default() };
    let office =
        Binding { box_office_id: house.box_offices.first().map(|office| office.id), ..Binding::default() };
    let (channel, venue, box_office, developer, native) = tokio::try_join!(
        one(app, house, Family::Channel, "Partner import", Binding::default()),
        one(app, house, Family::Venue, "Venue website", venue),
        one(app, house, Family::BoxOffice, "Ticket counter", office),
        one(app, house, Family::Developer, "Mobile app", Binding::default()),
        one(app, house, Family::Native, "Back office", Binding::default()),
    )?;
    Ok(Keys { channel, venue, box_office, developer, native })
}

async fn one(
    app: &App,
    house: &Founded,
    family: Family,
    label: &str,
    binding: Binding,
) -> Result<(ApiKey, Secret), String> {
    let scopes = family.known_scopes().iter().map(|scope| (*scope).to_owned()).collect();
    let new = NewKey {
        family,
        label: label.to_owned(),
        scopes: Some(scopes),
        binding,
        expires_at: None,
        rate_limit_per_minute: None,
    };
    let minted = mint::mint(app, &house.tenant, Some(house.account.id), new, app.clock.now()).await;
    let (command, secret) = minted.map_err(|refusal| format!("a sample key cannot be made: {refusal:?}"))?;
    Ok((write(app, command).await?, secret))
}
