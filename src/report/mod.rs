//! Findings to text: one file a format. Shows, never decides.
