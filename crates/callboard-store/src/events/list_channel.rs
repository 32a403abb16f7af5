//! P's list: the events of all channels that an account may use now, by start and number.
//!
//! Each channel's events are read in the order of its index and merged as they come, so that a page costs what its
//! place says and not what the channels hold.

use callboard_core::event::Lifecycle;
use callboard_core::ids::{AccountId, ChannelId, OrganizationId};
use callboard_core::time::Timestamp;
use uuid::Uuid;

use super::list::{FROM, Paged, paged};
use super::totals;
use crate::channels;
use crate::error::Result;
use crate::query::Query;
use crate::stamp::Depends;
use crate::store::Store;
use crate::tenant::{Reach, Tenant};

/// Most channels whose events are merged; of an account with more all events are sorted.
pub(crate) const MERGED_MAX: usize = 32;

/// P's list. Source: contracts.md §1.4 (P4).
#[derive(Debug, Clone)]
pub struct ChannelList {
    pub channel_number: Option<i64>,
    /// `None` leaves archived events out.
    pub status: Option<Lifecycle>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub page: i64,
    pub limit: i64,
    pub now: Timestamp,
}

impl Store {
    /// One page of the events in all channels that the account may use now, by start and number.
    ///
    /// # Errors
    /// Faults only.
    pub async fn list_channel_events(&self, tenant: &Tenant, list: &ChannelList) -> Result<Paged> {
        let nothing = Paged { items: Vec::new(), total: 0, choice_until: None };
        let Reach::Account(account) = tenant.reach() else { return Ok(nothing) };
        let most = i64::try_from(MERGED_MAX).unwrap_or(i64::MAX).saturating_add(1);
        let read = self.read().await?;
        let usable = channels::usable(&read, account, list.channel_number, most).await?;
        let count = totals::of_channels(account, list);
        let (page, tail) = match usable.as_slice() {
            [] => return Ok(nothing),
            [only] => {
                let mut page = Query::new(FROM);
                of_channel(&mut page, *only, list);
                page.push(" ORDER BY e.effective_start, e.number");
                (page, "")
            }
            several if several.len() <= MERGED_MAX => (merged(several, list), MERGED_END),
            _ => {
                let mut page = Query::new(FROM);
                of_account(&mut page, account, list);
                page.push(" ORDER BY e.effective_start, e.number");
                (page, "")
            }
        };
        let source = self.source(&read, Some(tenant), Depends::OnStock, list.now).await?;
        paged(&source, count, (page, tail), list.page, list.limit).await
    }
}

/// What follows the limits of [`merged`].
const MERGED_END: &str = ") k JOIN event e ON e.organization_id = k.organization_id AND e.id = k.id
                          ORDER BY k.effective_start, k.number";

/// The page of several channels, up to its limits. Their number is filled up to a power of two with a channel that
/// nobody has, so that few statements are kept prepared.
fn merged<'a>(channels: &[(OrganizationId, ChannelId)], list: &ChannelList) -> Query<'a> {
    let nobodys = (OrganizationId(Uuid::nil()), ChannelId(Uuid::nil()));
    let places = channels.len().next_power_of_two();
    let mut query = Query::new(" FROM (");
    for (n, channel) in channels.iter().copied().chain(std::iter::repeat(nobodys)).take(places).enumerate() {
        query.push(if n == 0 { "" } else { " UNION ALL " });
        query.push("SELECT e.organization_id, e.id, e.effective_start, e.number FROM event e WHERE ");
        of_channel(&mut query, channel, list);
    }
    query.push(" ORDER BY effective_start, number");
    query
}

fn of_channel(query: &mut Query<'_>, channel: (OrganizationId, ChannelId), list: &ChannelList) {
    query.bind("e.organization_id = ", channel.0);
    query.bind(" AND e.channel_id = ", channel.1);
    query.push(" AND e.deleted_at IS NULL");
    chosen(query, list);
}

fn of_account(query: &mut Query<'_>, account: AccountId, list: &ChannelList) {
    query.bind(
        "EXISTS (SELECT 1 FROM channel c JOIN member m ON m.organization_id = c.organization_id
         WHERE c.organization_id = e.organization_id AND c.id = e.channel_id AND c.deleted_at IS NULL
         AND m.joined_at IS NOT NULL AND m.role IN ('owner', 'admin', 'editor') AND m.account_id = ",
        account,
    );
    query.bind_some(" AND c.number = ", list.channel_number);
    query.push(") AND e.channel_id IS NOT NULL AND e.deleted_at IS NULL");
    // The organizations again, so that the index on (organization, channel) is the way in.
    query.bind(" AND e.organization_id IN (SELECT organization_id FROM member WHERE account_id = ", account);
    query.push(")");
    chosen(query, list);
}

fn chosen(query: &mut Query<'_>, list: &ChannelList) {
    match list.status {
        Some(status) => query.bind(" AND e.lifecycle = ", status.as_str()),
        None => query.push(" AND e.lifecycle <> 'archived'"),
    }
    query.bind_some(" AND e.effective_start >= ", list.from);
    query.bind_some(" AND e.effective_start <= ", list.to);
}
