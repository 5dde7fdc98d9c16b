//! Vellum publishes an organisation's policies as a versioned static site, and proves what changed and when.
//!
//! ```text
//! disk ─▶ load ─▶ Files ─▶ site ─▶ history ─▶ check ─▶ redline ─▶ render ─▶ pages ─▶ write ─▶ public/
//!                          └──── compile: no disk, no clock, no environment ───┘  └──▶ serve
//! record: a draft or a folder of old texts ─▶ a frozen version and its event
//! ```
//!
//! The modules stand in reading order. `ARCHITECTURE.md` says who may import whom; a test holds it.

pub mod base;
pub mod load;
pub mod site;
pub mod history;
pub mod check;
pub mod redline;
pub mod render;
pub mod compile;
pub mod write;
pub mod record;
pub mod http;
pub mod relay;
pub mod serve;
pub mod cli;
