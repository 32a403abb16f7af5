//! API keys: five families, their scopes, how tokens are made and recognised.
//! Only the SHA-256 of a token is ever stored. Source: native-api.md §4, contracts.md §1–4.

use std::fmt;

use zeroize::Zeroizing;

use crate::canonical::sha256;
use crate::event::words;
use crate::ids::{AccountId, BoxOfficeId, ChannelId, EventId, KeyId, OrganizationId, VenueId};
use crate::time::Timestamp;

words! {
    Family { Channel = "channel", Venue = "venue", BoxOffice = "box_office", Developer = "developer", Native = "native" }
}

/// Most active keys of one box office. Source: contracts.md §4.1.
pub const BOX_OFFICE_KEYS_MAX: i64 = 10;
/// Most active channel keys of one account. Source: contracts.md §1.2.
pub const CHANNEL_KEYS_MAX: i64 = 20;
/// Most active keys of any other container, so that lists stay bounded.
pub const KEYS_MAX: i64 = 200;
/// Longest label. Unit: characters.
pub const LABEL_MAX: usize = 100;
/// Longest grace of a rotation: 24 hours. Unit: seconds.
pub const GRACE_MAX_S: i64 = 86_400;
/// Random bytes that [`Family::mint`] takes; enough that rejection sampling never runs dry.
pub const RANDOM_BYTES: usize = 96;

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const CHECKSUM_LEN: usize = 6;

/// A secret in memory: wiped when dropped, never printed.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }
    /// The plain text, for the one reply that may hold it.
    pub fn expose(&self) -> &str {
        &self.0
    }
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
    /// The last four characters, shown in lists.
    pub fn hint(&self) -> String {
        let from = self.0.len().saturating_sub(4);
        self.0.get(from..).unwrap_or("").to_owned()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// SHA-256 of a whole token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash(pub [u8; 32]);

impl KeyHash {
    pub fn of(token: &str) -> KeyHash {
        KeyHash(sha256(token.as_bytes()))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash(…)")
    }
}

/// A key as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ApiKey {
    pub id: KeyId,
    pub organization_id: OrganizationId,
    /// Who made it; for the channel family also whose channels it reaches.
    pub account_id: Option<AccountId>,
    pub family: Family,
    pub label: String,
    pub prefix: String,
    pub hint: String,
    pub scopes: Vec<String>,
    pub bound: Binding,
    pub expires_at: Option<Timestamp>,
    pub disabled: bool,
    pub rate_limit_per_minute: Option<i64>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub version: i64,
}

/// What a key is narrowed to inside its organization; at most one of the four is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Binding {
    pub venue_id: Option<VenueId>,
    pub channel_id: Option<ChannelId>,
    pub box_office_id: Option<BoxOfficeId>,
    pub event_id: Option<EventId>,
}

impl Binding {
    pub fn count(&self) -> usize {
        let set = [
            self.venue_id.is_some(),
            self.channel_id.is_some(),
            self.box_office_id.is_some(),
            self.event_id.is_some(),
        ];
        set.into_iter().filter(|s| *s).count()
    }
}

impl ApiKey {
    /// Only active keys authenticate; this binds the very next request.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none_or(|at| now < at)
            && !self.disabled
            && self.expires_at.is_none_or(|at| now < at)
    }
}

impl Family {
    /// Scopes that this family's keys may have.
    pub fn known_scopes(self) -> &'static [&'static str] {
        match self {
            Family::Channel => {
                &["channels:read", "events:create", "events:read", "events:update", "media:create"]
            }
            Family::Venue => &["events:read", "events:write", "events:delete"],
            Family::BoxOffice => &["events:read", "events:write"],
            Family::Developer => &[],
            Family::Native => &[
                "venues:read",
                "venues:write",
                "channels:read",
                "channels:write",
                "box_offices:read",
                "box_offices:write",
                "events:read",
                "events:write",
                "events:publish",
                "events:delete",
                "orders:read",
                "orders:write",
                "check_ins:write",
                "changes:read",
            ],
        }
    }

    /// Scopes of a new key whose maker named none. Source: contracts.md §1.3, §2.1, §4.1.
    pub fn default_scopes(self) -> &'static [&'static str] {
        match self {
            Family::Channel => &["channels:read", "events:create"],
            Family::Venue => &["events:read"],
            Family::BoxOffice => &["events:read", "events:write"],
            Family::Developer | Family::Native => &[],
        }
    }

    pub fn default_prefix(self) -> &'static str {
        match self {
            Family::Channel => "pin_live_",
            Family::Venue => "hdlr_live_",
            Family::BoxOffice => "ts_sk_live_",
            Family::Developer => "evn_prod_",
            Family::Native => "cb_live_",
        }
    }

    /// Makes a token from random bytes. At least 128 bits of them end up in it.
    pub fn mint(self, prefix: &str, random: &[u8; RANDOM_BYTES]) -> Secret {
        let body = match self {
            // 16 bytes in base64url without padding are 22 characters, the last holding two bits.
            Family::Channel | Family::Venue => base64url_16(random),
            Family::BoxOffice | Family::Developer => base62(random, 32),
            Family::Native => {
                let body = base62(random, 26);
                let sum = checksum(prefix, &body);
                body + &sum
            }
        };
        Secret::new(format!("{prefix}{body}"))
    }

    /// Whether a token could be one of this family at all; wrong ones are refused without a look-up.
    pub fn is_well_formed(self, prefix: &str, token: &str) -> bool {
        let Some(body) = token.strip_prefix(prefix) else { return false };
        let base62 = |s: &str| s.bytes().all(|b| b.is_ascii_alphanumeric());
        match self {
            Family::Channel | Family::Venue => {
                body.len() == 22 && body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            }
            Family::BoxOffice | Family::Developer => body.len() == 32 && base62(body),
            Family::Native => {
                body.is_ascii() && body.len() == 32 && base62(body) && {
                    let (key, sum) = body.split_at(body.len().saturating_sub(CHECKSUM_LEN));
                    checksum(prefix, key) == sum
                }
            }
        }
    }
}

fn base62(random: &[u8; RANDOM_BYTES], length: usize) -> String {
    // Bytes of 248 and more are left out, so that every character is equally likely.
    let letters = random.iter().filter(|b| **b < 248).filter_map(|b| BASE62.get(usize::from(*b % 62)));
    let text: String = letters.take(length).map(|b| char::from(*b)).collect();
    assert!(text.len() == length, "96 random bytes hold {length} below 248 except once in 10^40 draws");
    text
}

fn base64url_16(random: &[u8; RANDOM_BYTES]) -> String {
    let bits = random.iter().take(16).fold(0u128, |acc, b| (acc << 8) | u128::from(*b));
    let letter =
        |index: u128| BASE64URL.get(usize::try_from(index & 63).unwrap_or(0)).map_or('A', |b| char::from(*b));
    // 21 groups of six bits, then the last two bits padded with zeros.
    let mut text: String = (0..21).map(|i| letter(bits >> (122 - 6 * i))).collect();
    text.push(letter((bits & 3) << 4));
    text
}

/// Six base62 characters of the CRC-32 over prefix and body: a typing error is seen without a look-up.
fn checksum(prefix: &str, body: &str) -> String {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(prefix.as_bytes());
    hasher.update(body.as_bytes());
    let mut rest = hasher.finalize();
    let mut out = [b'0'; CHECKSUM_LEN];
    for slot in out.iter_mut().rev() {
        *slot = BASE62.get((rest % 62) as usize).copied().unwrap_or(b'0');
        rest /= 62;
    }
    out.iter().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_published_sample_hash_is_over_the_whole_token_form() {
        // Shape of the sample: 22 characters that decode to 16 bytes.
        let token = Family::Venue.mint("hdlr_live_", &[7; RANDOM_BYTES]);
        assert_eq!(token.expose().len(), "hdlr_live_".len() + 22);
        assert_eq!(base64url_16(&[0xff; RANDOM_BYTES]), "_____________________w");
        assert_eq!(base64url_16(&[0; RANDOM_BYTES]), "A".repeat(22));
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        let token = Family::Native.mint("cb_live_", &[7; RANDOM_BYTES]);
        assert_eq!(format!("{token:?} {:?}", token.hash()), "Secret(…) KeyHash(…)");
    }

    proptest! {
        #[test]
        fn minted_tokens_are_well_formed_and_typos_in_native_ones_are_seen(seed in any::<[u8; 32]>(), at in 0usize..32, family in 0usize..5) {
            let family = Family::ALL[family];
            let mut random = [0u8; RANDOM_BYTES];
            for (i, byte) in random.iter_mut().enumerate() { *byte = seed[i % 32].wrapping_add(i as u8); }
            let prefix = family.default_prefix();
            let token = family.mint(prefix, &random);
            prop_assert!(family.is_well_formed(prefix, token.expose()));
            prop_assert!(!family.is_well_formed(prefix, &token.expose().replace(prefix, "x_")));
            if family == Family::Native {
                let mut typo: Vec<u8> = token.expose().bytes().collect();
                let at = prefix.len() + at;
                typo[at] = if typo[at] == b'a' { b'b' } else { b'a' };
                prop_assert!(!family.is_well_formed(prefix, &String::from_utf8(typo).unwrap()));
            }
        }
    }
}
