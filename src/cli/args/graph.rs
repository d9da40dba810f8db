//! Arguments of `deploylint graph`.

use std::path::PathBuf;

use clap::{Args as _, FromArgMatches as _, ValueEnum};

use super::{Check, ConfigArgs, Deployment};

/// Draws what the files say together. Exit codes: 0 drawn, 2 could not run, 3 nothing to draw.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Graph {
    /// Files or folders to draw
    #[arg(value_name = "PATH", default_value = ".")]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// What to draw
    #[arg(long, value_enum, default_value_t = GraphView::Network)]
    pub(in crate::cli) view: GraphView,

    /// How to draw it [default: by the name of the output file, else mermaid]
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<GraphFormat>,

    /// Write the picture to this file
    #[arg(long, short, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,

    /// Say what changed since the tree in this folder, or since this commit of git, instead of drawing
    #[arg(long, value_name = "DIR|REV", conflicts_with = "format")]
    pub(in crate::cli) compare: Option<String>,

    #[command(flatten)]
    pub(in crate::cli) config: ConfigArgs,

    #[command(flatten)]
    pub(in crate::cli) deployment: Deployment,
}

impl Check {
    /// A check of these paths, with the defaults of all other arguments.
    pub(in crate::cli) fn plain(paths: &[PathBuf], config: &ConfigArgs, deployment: &Deployment) -> Self {
        let matches = Self::augment_args(clap::Command::new("check")).get_matches_from(["check"]);
        // All arguments have defaults or may be absent.
        let mut check = Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
        check.paths = paths.to_vec();
        check.config = config.clone();
        check.deployment = deployment.clone();
        check
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GraphView {
    /// Who reaches whom, and the internet
    Network,
    /// Who starts after whom
    Startup,
    /// Who shares which files
    Volumes,
    /// Where variables are set and used
    Variables,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum GraphFormat {
    /// A flow chart for pull requests and Markdown pages
    Mermaid,
    /// For Graphviz
    Dot,
    /// Boxes, lines and findings, documented in docs/graph.md
    Json,
    /// A picture
    Svg,
}
