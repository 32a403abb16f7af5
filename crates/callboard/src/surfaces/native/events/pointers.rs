//! Where a fault of the core's sits in the body that was sent: one table for events.
//! The core names times once; the wire has them as instants or inside `local`.

use callboard_core::issue::{Issue, Issues, Place, Step, Warning};

use super::body::EventChange;
use crate::http::Refusal;

/// How a body spoke about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::surfaces::native) enum Spoken {
    /// `startsAt`, `endsAt`, `doorsAt`.
    Instants,
    /// `local`.
    Local,
    /// Not at all, or by `timezone` alone.
    Zone,
}

/// The core's name, then the path as instants, in `local`, and where no time was said.
const TIMES: [(&str, [&str; 3]); 4] = [
    ("start", ["startsAt", "local.start", "timezone"]),
    ("end", ["endsAt", "local.end", "timezone"]),
    ("doors", ["doorsAt", "local.doors", "timezone"]),
    ("showDate", ["startsAt", "local.date", "timezone"]),
];
/// Names that differ besides.
const OTHERS: [(&str, &str); 6] = [
    ("cover", "coverImageId"),
    ("zone", "timezone"),
    ("onlinePrice", "pricing.online"),
    ("doorPrice", "pricing.door"),
    ("externalId", "external.id"),
    ("externalSource", "external.source"),
];

impl Spoken {
    pub(super) fn of(body: &EventChange) -> Spoken {
        let instants = [&body.starts_at, &body.ends_at, &body.doors_at];
        match body.local {
            Some(_) => Spoken::Local,
            None if instants.into_iter().any(Option::is_some) => Spoken::Instants,
            None => Spoken::Zone,
        }
    }

    /// The place on the wire of a place in the core.
    pub(in crate::surfaces::native) fn place(self, place: Place) -> Place {
        let Place::Body(steps) = &place else { return place };
        let Some((Step::Member(first), rest)) = steps.split_first() else { return place };
        let Some(path) = self.path(first) else { return place };
        let Place::Body(mut translated) = Place::body(path) else { return place };
        translated.extend_from_slice(rest);
        Place::Body(translated)
    }

    fn path(self, name: &str) -> Option<&'static str> {
        let times =
            TIMES.iter().find(|(core, _)| *core == name).map(|(_, [instants, local, zone])| match self {
                Spoken::Instants => *instants,
                Spoken::Local => *local,
                Spoken::Zone => *zone,
            });
        times.or_else(|| OTHERS.iter().find(|(core, _)| *core == name).map(|(_, wire)| *wire))
    }

    fn issues(self, issues: Issues) -> Issues {
        Issues(issues.0.into_iter().map(|issue| Issue { place: self.place(issue.place), ..issue }).collect())
    }

    /// A refusal as the caller of this body reads it.
    pub(in crate::surfaces::native) fn refusal(self, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal::Invalid(issues) => Refusal::Invalid(self.issues(issues)),
            other => other,
        }
    }

    pub(in crate::surfaces::native) fn warnings(self, warnings: &[Warning]) -> Vec<Warning> {
        let translated =
            |warning: &Warning| Warning { place: self.place(warning.place.clone()), ..warning.clone() };
        warnings.iter().map(translated).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_where_the_caller_wrote_it() {
        let at = |spoken: Spoken, path: &str| spoken.place(Place::body(path)).pointer();
        assert_eq!(at(Spoken::Instants, "end"), "/endsAt");
        assert_eq!(at(Spoken::Local, "end"), "/local/end");
        assert_eq!(at(Spoken::Zone, "start"), "/timezone");
        assert_eq!(at(Spoken::Local, "showDate"), "/local/date");
        assert_eq!(at(Spoken::Local, "cover"), "/coverImageId");
        assert_eq!(at(Spoken::Local, "venueId"), "/venueId");
        assert_eq!(at(Spoken::Instants, "ticketTypes.0.price"), "/ticketTypes/0/price");
    }
}
