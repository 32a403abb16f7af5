//! The frame around every page: style sheet, theme, navigation by role, organization, what just happened.

use callboard_core::account::Role;
use callboard_store::accounts::Membership;

use super::page::Access;
use super::visitor::Member;
use super::words;
use crate::assets;

/// What every page has, for members and guests.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    pub title: String,
    /// Scripts and style sheets of this very answer.
    pub nonce: String,
    /// `light`, `dark`, or empty for the system's.
    pub theme: String,
    /// The visitor's form token.
    pub token: String,
    /// Another one in every form shown: a form that is sent twice does its work once.
    pub once: String,
    pub flash: Option<Flash>,
    /// This page, to come back to.
    pub back: String,
    pub support: Option<String>,
}

impl Frame {
    pub(crate) fn base_css(&self) -> &'static str {
        assets::path("base.css")
    }
    pub(crate) fn css(&self) -> &'static str {
        assets::path("dashboard.css")
    }
    pub(crate) fn script(&self) -> &'static str {
        assets::path("app.js")
    }
    pub(crate) fn icon(&self) -> &'static str {
        assets::path("icon.svg")
    }
}

/// What the page before says on this one.
#[derive(Debug, Clone)]
pub(crate) struct Flash {
    pub tone: Tone,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Info,
}

impl Tone {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Info => "info",
        }
    }
}

/// The frame of a page for members.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    pub frame: Frame,
    pub groups: Vec<Group>,
    pub organization: String,
    /// The organizations of this member, where there are several: id, name, whether it is this one.
    pub organizations: Vec<(String, String, bool)>,
    pub name: String,
    pub email: String,
    pub role: &'static str,
    /// The way to this page: label and address.
    pub crumbs: Vec<(String, String)>,
}

/// A part of the navigation.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub heading: &'static str,
    pub rooms: Vec<Room>,
}

#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub label: &'static str,
    pub path: &'static str,
    /// The lines of its sign, in a square of 20.
    pub sign: &'static str,
    pub is_here: bool,
}

/// Label, path, and the lines of the sign.
type Sign = (&'static str, &'static str, &'static str);

/// The rooms by heading: label, path, sign. One that has no page, or that a role may not see, is not offered.
const ROOMS: &[(&str, &[Sign])] = &[
    (
        "",
        &[
            ("Overview", "/dashboard", "M3 9.5 10 4l7 5.5V17H3z M8 17v-5h4v5"),
            ("Events", "/dashboard/events", "M3 5h14v12H3z M3 9h14 M7 3v4 M13 3v4"),
            (
                "Series",
                "/dashboard/series",
                "M4 8a6 6 0 0 1 11-2 M16 3v4h-4 M16 12a6 6 0 0 1-11 2 M4 17v-4h4",
            ),
            ("Orders", "/dashboard/orders", "M4 3h12v14l-3-2-3 2-3-2-3 2z M7 7h6 M7 10h6"),
            (
                "Check-in",
                "/dashboard/check-in",
                "M3 7V3h4 M13 3h4v4 M17 13v4h-4 M7 17H3v-4 M7 10l2.2 2.2L13.5 8",
            ),
        ],
    ),
    (
        "Places",
        &[
            (
                "Venues",
                "/dashboard/venues",
                "M10 17s-6-5.2-6-9.5a6 6 0 0 1 12 0C16 11.8 10 17 10 17z M10 9.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
            ),
            ("Channels", "/dashboard/channels", "M4 12a8 8 0 0 1 12 0 M6.5 14.5a5 5 0 0 1 7 0 M10 17.2v.1"),
            (
                "Box offices",
                "/dashboard/box-offices",
                "M3 6h14v3a1.6 1.6 0 0 0 0 3v3H3v-3a1.6 1.6 0 0 0 0-3z M12 6v2 M12 9.6v1.6 M12 13v2",
            ),
        ],
    ),
    (
        "Developers",
        &[
            (
                "API keys",
                "/dashboard/keys",
                "M12.5 11a4 4 0 1 0-3.6-2.3L3 14.6V17h3v-2h2v-2h1.5l1-1a4 4 0 0 0 2 .5z",
            ),
            ("Session tokens", "/dashboard/tokens", "M4 5h12v10H4z M7 8l2 2-2 2 M10.5 12.5H13"),
            ("Requests", "/dashboard/requests", "M3 10h3l2-6 4 12 2-6h3"),
            ("Changes", "/dashboard/changes", "M5 4v12 M5 6h10 M5 10h7 M5 14h9"),
        ],
    ),
    (
        "Organization",
        &[
            (
                "Members",
                "/dashboard/members",
                "M7 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z M2.5 16c0-2.6 2-4.2 4.5-4.2s4.5 1.6 4.5 4.2 M13 9a2.3 2.3 0 1 0 0-4.6 M14 11.8c2 .2 3.5 1.7 3.5 4.2",
            ),
            (
                "Settings",
                "/settings",
                "M3 6h8 M15 6h2 M13 6a2 2 0 1 0 0 .1z M3 14h2 M9 14h8 M7 14a2 2 0 1 0 0 .1z",
            ),
        ],
    ),
];

impl Shell {
    pub(crate) fn new(
        frame: Frame,
        member: &Member,
        memberships: &[Membership],
        rooms: &[(&'static str, Access)],
        here: &'static str,
    ) -> Shell {
        let own = member.tenant.organization_id();
        let current = memberships.iter().find(|membership| membership.organization_id == own);
        let organizations = if memberships.len() > 1 {
            let all = memberships.iter();
            all.map(|one| (one.organization_id.to_string(), one.name.clone(), one.organization_id == own))
                .collect()
        } else {
            Vec::new()
        };
        Shell {
            frame,
            groups: groups(member.role, rooms, here),
            organization: current.map(|one| one.name.clone()).unwrap_or_default(),
            organizations,
            name: member.account.name.clone(),
            email: member.account.email.clone(),
            role: words::role(member.role),
            crumbs: Vec::new(),
        }
    }

    /// Adds a step to the way that led here.
    #[must_use]
    pub(crate) fn crumb(mut self, label: impl Into<String>, path: impl Into<String>) -> Shell {
        self.crumbs.push((label.into(), path.into()));
        self
    }
}

fn groups(role: Role, rooms: &[(&'static str, Access)], here: &str) -> Vec<Group> {
    let is_offered = |path: &str| rooms.iter().any(|(known, access)| *known == path && access.admits(role));
    let group = |(heading, all): &(&'static str, &[Sign])| {
        let offered = all.iter().filter(|(_, path, _)| is_offered(path));
        let rooms = offered.map(|(label, path, sign)| Room { label, path, sign, is_here: *path == here });
        Group { heading, rooms: rooms.collect() }
    };
    ROOMS.iter().map(group).filter(|group| !group.rooms.is_empty()).collect()
}

impl std::ops::Deref for Shell {
    type Target = Frame;
    fn deref(&self) -> &Frame {
        &self.frame
    }
}
