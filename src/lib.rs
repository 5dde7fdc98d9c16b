//! Vellum publishes an organisation's policies as a versioned static site, and proves what changed and when.

pub mod base;
pub mod history;
pub mod redline;
pub mod render;
pub mod site;
