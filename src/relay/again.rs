//! The same relay with a site that was read again: what it remembers, and what is under way, carries over.

use std::sync::Arc;

use super::Relay;
use super::log::Event;
use super::route::Origins;
use super::stationery::Drawer;
use crate::base::date::Moment;
use crate::base::error::Error;
use crate::render::stage::Basis;

/// A site as its relay shows it: where the relay stands elsewhere, links lead there.
pub(super) fn settled(mut basis: Basis) -> (Arc<Basis>, Origins) {
    let config = &mut basis.site.config;
    let origins = Origins::of(config);
    if config.relay.url.as_ref().is_some_and(|url| url.origin() != config.base.origin()) {
        config.base = config.base.from_away();
    }
    (Arc::new(basis), origins)
}

impl Relay {
    /// This relay with what stands in the site now.
    ///
    /// # Errors
    /// A page cannot be made any more (wrong use).
    pub fn renewed(&self, basis: Basis) -> Result<Self, Error> {
        let (basis, origins) = settled(basis);
        let relay = Self { origins, ..self.with(basis, Vec::new()) };
        relay.rehearse()?;
        (relay.world.tell)(&Event::ReadAgain);
        Ok(relay)
    }

    /// This relay with some of its forms closed, by their names: what they are sent is given back.
    #[must_use]
    pub fn closing(&self, names: &[String]) -> Self {
        let forms = self.basis.site.forms.iter().enumerate();
        let affected = forms.filter(|(_, form)| names.iter().any(|name| name == form.id.as_str()));
        let closed = affected.map(|(place, form)| {
            (self.world.tell)(&Event::Closed { form: form.id.to_string() });
            place
        });
        self.with(Arc::clone(&self.basis), closed.collect())
    }

    /// When anything changes next: a version comes into force, or is to be seen.
    #[must_use]
    pub fn next_change(&self) -> Option<Moment> {
        let (now, cards) = ((self.world.now)(), &self.basis.cards);
        let applies = cards.iter().filter_map(|card| card.timeline.next_transition(now).map(|(moment, ..)| moment));
        let seen = cards.iter().filter_map(|card| {
            let (day, zone) = card.timeline.next_publication.as_ref()?;
            Some(day.moment(zone))
        });
        applies.chain(seen).filter(|moment| *moment > now).min()
    }

    fn with(&self, basis: Arc<Basis>, closed: Vec<usize>) -> Self {
        Self {
            basis,
            closed,
            from: self.from.clone(),
            drawer: Drawer::default(),
            key: self.key.clone(),
            memory: self.memory.clone(),
            acknowledged: Arc::clone(&self.acknowledged),
            origins: self.origins.clone(),
            transport: Arc::clone(&self.transport),
            world: Arc::clone(&self.world),
            busy: Arc::clone(&self.busy),
        }
    }
}
