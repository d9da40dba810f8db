//! What views, boxes, lines and frames are called on the command line, in JSON and in SVG.

use super::{Frame, Kind, Link, Tone, View};

impl View {
    /// All views, in the order of the documentation.
    pub const ALL: [View; 4] = [View::Network, View::Startup, View::Volumes, View::Variables];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            View::Network => "network",
            View::Startup => "startup",
            View::Volumes => "volumes",
            View::Variables => "variables",
        }
    }

    /// What a picture of it is called.
    pub fn title(self) -> &'static str {
        match self {
            View::Network => "Networks, and the ways to the internet",
            View::Startup => "Who starts after whom",
            View::Volumes => "Who shares which files",
            View::Variables => "Where variables are set and used",
        }
    }
}

impl Kind {
    /// Its name in JSON and as a class of SVG.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Service => "service",
            Kind::ClosedNetwork => "closed-network",
            Kind::OpenNetwork => "open-network",
            Kind::UnknownNetwork => "unknown-network",
            Kind::Internet => "internet",
            Kind::Clients => "clients",
            Kind::Socket => "socket",
            Kind::Volume => "volume",
            Kind::Credentials => "credentials",
            Kind::Variable => "variable",
            Kind::File => "file",
        }
    }
}

impl Link {
    /// Its name in JSON and as a class of SVG.
    pub fn name(self) -> &'static str {
        match self {
            Link::Attached => "attached",
            Link::LeadsOut => "leads-out",
            Link::Calls => "calls",
            Link::Proxied => "proxied",
            Link::Published => "published",
            Link::HoldsSocket => "holds-socket",
            Link::SharesNetwork => "shares-network",
            Link::StartsAfter => "starts-after",
            Link::Mounts => "mounts",
            Link::Sets => "sets",
            Link::Documents => "documents",
            Link::Uses => "uses",
        }
    }
}

impl Frame {
    /// Its name in JSON and as a class of SVG.
    pub fn name(self) -> &'static str {
        match self {
            Frame::Project => "project",
            Frame::ClosedNetwork => "closed-network",
            Frame::Network => "network",
        }
    }
}

impl Tone {
    /// Its name in JSON and as a class of SVG.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Warn => "warn",
            Tone::Bad => "bad",
        }
    }
}
