//! Money: integer minor units with their ISO 4217 currency. Never a float.
//! Source: contracts.md §6.5.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount in the smallest unit of its currency (cents for USD, yen for JPY).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct MinorUnits(pub i64);

/// Most minor units one price may have: 10 billion, so that no total of an order can overflow.
pub const PRICE_MAX: i64 = 10_000_000_000;

/// An ISO 4217 currency code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is not a known ISO 4217 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a three-letter ISO 4217 currency code such as USD")]
pub struct UnknownCurrency;

/// The text is not an exact amount of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a decimal amount with at most {exponent} digits after the point")]
pub struct NotAnAmount {
    pub exponent: u32,
}

impl Currency {
    pub const USD: Currency = Currency(*b"USD");

    /// Reads a code, lower case accepted.
    ///
    /// # Errors
    /// [`UnknownCurrency`] if it is not an active ISO 4217 code.
    pub fn parse(text: &str) -> Result<Currency, UnknownCurrency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let code = bytes.map(|b| b.to_ascii_uppercase());
        // Most are one of these, and the list is long.
        let is_common = matches!(&code, b"USD" | b"EUR" | b"GBP");
        let known = is_common
            || CODES.iter().any(|group| group.as_bytes().chunks_exact(4).any(|c| c.starts_with(&code)));
        if known { Ok(Currency(code)) } else { Err(UnknownCurrency) }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("USD")
    }

    /// Digits after the decimal point: JPY 0, USD 2, KWD 3.
    pub fn exponent(self) -> u32 {
        let has = |group: &str| group.as_bytes().chunks_exact(4).any(|c| c.starts_with(&self.0));
        match (has(NO_MINOR), has(THREE_DIGITS), has(FOUR_DIGITS)) {
            (true, _, _) => 0,
            (_, true, _) => 3,
            (_, _, true) => 4,
            _ => 2,
        }
    }

    /// The exact decimal text: 2500 USD is `25.00`, 2500 JPY is `2500`, 5 USD is `0.05`.
    pub fn decimal(self, amount: MinorUnits) -> String {
        let exponent = self.exponent() as usize;
        let sign = if amount.0 < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", amount.0.unsigned_abs(), width = exponent.saturating_add(1));
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(exponent));
        if exponent == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// Reads an exact decimal text without floats.
    ///
    /// # Errors
    /// [`NotAnAmount`] for signs, more digits than the exponent, or more than [`PRICE_MAX`].
    pub fn parse_decimal(self, text: &str) -> Result<MinorUnits, NotAnAmount> {
        let exponent = self.exponent();
        let wrong = NotAnAmount { exponent };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let dangling = text.ends_with('.') || whole.is_empty();
        if dangling || !plain(whole) || !plain(fraction) || fraction.len() > exponent as usize {
            return Err(wrong);
        }
        let padded = format!("{whole}{fraction:0<width$}", width = exponent as usize);
        let amount: i64 = padded.parse().map_err(|_| wrong)?;
        if amount > PRICE_MAX { Err(wrong) } else { Ok(MinorUnits(amount)) }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

const NO_MINOR: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF ";
const THREE_DIGITS: &str = "BHD IQD JOD KWD LYD OMR TND ";
const FOUR_DIGITS: &str = "CLF UYW ";
const TWO_DIGITS: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG ";
const CODES: [&str; 4] = [TWO_DIGITS, NO_MINOR, THREE_DIGITS, FOUR_DIGITS];

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn the_published_vectors_hold() {
        for (amount, code, text) in [
            (2500, "USD", "25.00"),
            (0, "USD", "0.00"),
            (5, "USD", "0.05"),
            (2500, "JPY", "2500"),
            (1234, "KWD", "1.234"),
        ] {
            assert_eq!(currency(code).decimal(MinorUnits(amount)), text);
            assert_eq!(currency(code).parse_decimal(text), Ok(MinorUnits(amount)));
        }
    }

    #[test]
    fn an_amount_with_too_many_digits_is_refused() {
        for text in ["25.001", "", ".5", "5.", "-1", "1e3", "1,000", " 1", "99999999999999999999"] {
            assert!(currency("USD").parse_decimal(text).is_err(), "{text}");
        }
        assert!(currency("JPY").parse_decimal("1.0").is_err());
        assert_eq!(currency("USD").parse_decimal("25.5"), Ok(MinorUnits(2550)));
    }

    #[test]
    fn lower_case_is_accepted_and_raised() {
        assert_eq!(currency("usd").as_str(), "USD");
        for text in ["US", "", "USDX", "XXX", "D A"] {
            assert!(Currency::parse(text).is_err(), "{text}");
        }
    }
}
