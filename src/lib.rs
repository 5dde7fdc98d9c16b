//! Vellum publishes an organisation's policies as a versioned static site, and proves what changed and when.

pub mod base;
pub mod check;
pub mod cli;
pub mod compile;
pub mod history;
pub mod http;
pub mod load;
pub mod record;
pub mod redline;
pub mod render;
pub mod serve;
pub mod site;
pub mod write;
