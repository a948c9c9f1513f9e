//! Whether orders landed. Other objects are upserted without asking.

use connector_core::canonical::ObjectKind;
use connector_core::context::Context;
use connector_core::contract::{EffectKey, Probe};

use super::order_state::{Known, MODEL, Wanted};
use super::remote;
use crate::session::Session;

pub(super) async fn probe(session: &Session, cx: &Context, keys: &[EffectKey]) -> Vec<Probe> {
    let mut wanted = Wanted::default();
    for key in keys.iter().filter(|key| key.object == ObjectKind::SalesOrder) {
        let external_id = session.names.order(&key.key);
        wanted.by_origin.insert(session.config.origin(&key.key), external_id.clone());
        wanted.certain.insert(external_id);
    }
    let known = match session.odoo(cx).await {
        Ok(odoo) => Known::find(&odoo, &wanted).await,
        Err(failure) => Err(failure),
    };
    let Ok(known) = known else { return vec![Probe::Unknown; keys.len()] };
    let one = |key: &EffectKey| {
        let external_id = session.names.order(&key.key);
        match known.orders.get(&external_id) {
            _ if key.object != ObjectKind::SalesOrder => Probe::Unknown,
            Some(order) => Probe::Landed { remote: remote(MODEL, order.id) },
            None if known.barred.contains_key(&external_id) => Probe::Unknown,
            None => Probe::Absent,
        }
    };
    keys.iter().map(one).collect()
}
