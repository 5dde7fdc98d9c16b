//! Containers of a redline that are open: lists, items, quotes and tables of two texts, joined where they are one.

use crate::redline::flat::{Nest, NestKind};

/// A container that is open, and which containers of the two texts it stands for.
pub struct Frame {
    /// What it is.
    pub kind: NestKind,
    /// Its number in the old document.
    pub old: Option<usize>,
    /// Its number in the new document.
    pub new: Option<usize>,
}

impl Frame {
    /// Whether a container of one of the texts is this one, or can be joined to it.
    pub fn takes(&mut self, nest: Nest, is_new: bool) -> bool {
        let side = if is_new { &mut self.new } else { &mut self.old };
        let joins = !matches!(nest.kind, NestKind::Item { .. } | NestKind::Note(_));
        match side {
            Some(node) => *node == nest.node,
            None if joins && alike(self.kind, nest.kind) => {
                *side = Some(nest.node);
                true
            }
            None => false,
        }
    }
}

/// Whether two containers can be one: of the same kind, whatever their number.
#[must_use]
pub fn alike(one: NestKind, two: NestKind) -> bool {
    match (one, two) {
        (NestKind::Item { .. }, NestKind::Item { .. }) | (NestKind::Note(_), NestKind::Note(_)) => true,
        _ => one == two,
    }
}

/// The tag of a list.
#[must_use]
pub fn list_tag(style: crate::site::doc::ListStyle) -> &'static str {
    if style == crate::site::doc::ListStyle::Bullet { "ul" } else { "ol" }
}
