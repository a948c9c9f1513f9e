//! One upsert on its way: records of one shape go together, and what a call does not settle goes into smaller ones.

use std::collections::HashMap;

use super::rows::Shape;
use super::{UpsertOptions, UpsertOutcome, UpsertRecord, UpsertReport};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Delivery, Error, ErrorKind};
use crate::load::{self, LoadMessage, LoadMessageKind};
use crate::policy::Effect;

/// How many times one upsert goes on after the policy's attempts have all met a conflict.
pub(super) const PATIENCE: u32 = 20;

pub(super) struct Run<'a> {
    pub(super) client: &'a Client,
    pub(super) model: &'a str,
    pub(super) records: &'a [UpsertRecord],
    pub(super) report: UpsertReport,
    pub(super) patience: u32,
}

impl Run<'_> {
    pub(super) async fn all(mut self, options: &UpsertOptions) -> Result<UpsertReport, Error> {
        let mut shapes: Vec<(Shape, Vec<usize>)> = Vec::new();
        for (index, record) in self.records.iter().enumerate() {
            if options.known.get(record.id()).is_some_and(|known| *known == record.digest()) {
                self.report.set(index, UpsertOutcome::Unchanged);
                continue;
            }
            // An absent column is not an empty one, so records of another shape go into another call.
            let shape = Shape::of(record);
            match shapes.iter_mut().find(|(known, _)| *known == shape) {
                Some((_, members)) => members.push(index),
                None => shapes.push((shape, vec![index])),
            }
        }
        for (shape, members) in shapes {
            let mut batches: Vec<Vec<usize>> =
                members.chunks(options.batch.max(1)).rev().map(<[usize]>::to_vec).collect();
            while let Some(batch) = batches.pop() {
                self.batch(&shape, batch, &mut batches).await?;
            }
        }
        Ok(self.report)
    }

    /// One call. What it does not settle goes back into `batches`.
    async fn batch(
        &mut self,
        shape: &Shape,
        batch: Vec<usize>,
        batches: &mut Vec<Vec<usize>>,
    ) -> Result<(), Error> {
        let members: Vec<&UpsertRecord> = batch.iter().filter_map(|index| self.records.get(*index)).collect();
        let call = Call::new(self.model, "load")
            .arg(shape.columns())
            .arg(shape.rows(&members))
            // Else times would be read in the zone of the user.
            .context("tz", "UTC")
            .effect(Effect::Idempotent);
        let split = |batches: &mut Vec<Vec<usize>>| {
            let (front, back) = batch.split_at(batch.len() / 2);
            batches.push(back.to_vec());
            batches.push(front.to_vec());
        };
        let loaded = match self.client.call_read(call, load::parse).await {
            Ok(loaded) => loaded,
            // Someone else writes the same records, and has won each time: smaller transactions meet less often.
            Err(error) if error.kind() == ErrorKind::Conflict && self.patience > 0 => {
                self.patience -= 1;
                match batch.len() {
                    1 => batches.push(batch),
                    _ => split(batches),
                }
                return Ok(());
            }
            // Too much for one call: what may be done in halves is, since every half can be repeated.
            Err(error)
                if batch.len() > 1
                    && matches!(
                        error.kind(),
                        ErrorKind::TooLarge | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Server
                    )
                    && error.delivery() != Delivery::NotSent =>
            {
                split(batches);
                return Ok(());
            }
            Err(error)
                if batch.len() == 1
                    && error.kind() == ErrorKind::Server
                    && error.delivery() == Delivery::RolledBack =>
            {
                let message = LoadMessage::of_error(&error);
                self.report.set_all(&batch, &UpsertOutcome::Failed { messages: vec![message] });
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match loaded.ids {
            Some(ids) if ids.len() == batch.len() => {
                for (index, id) in batch.iter().zip(ids) {
                    self.report.set(*index, UpsertOutcome::Loaded { id });
                }
                Ok(())
            }
            Some(ids) => {
                let message = format!("load answered {} ids for {} records", ids.len(), batch.len());
                Err(Error::new(
                    ErrorKind::Protocol,
                    Delivery::Committed,
                    format!("{}.load", self.model),
                    message,
                ))
            }
            None => {
                let errors: Vec<LoadMessage> =
                    loaded.messages.into_iter().filter(|m| m.kind == LoadMessageKind::Error).collect();
                let mut at_fault: HashMap<usize, Vec<LoadMessage>> = HashMap::new();
                for message in &errors {
                    if let Some(member) = shape.member_of(&members, message) {
                        at_fault.entry(member).or_default().push(message.clone());
                    }
                }
                if at_fault.is_empty() {
                    // Something is wrong that Odoo does not place.
                    match batch.len() {
                        1 => self.report.set_all(&batch, &UpsertOutcome::Failed { messages: errors }),
                        _ => split(batches),
                    }
                    return Ok(());
                }
                let mut rest = Vec::new();
                for (member, index) in batch.iter().enumerate() {
                    match at_fault.remove(&member) {
                        Some(messages) => self.report.set(*index, UpsertOutcome::Failed { messages }),
                        None => rest.push(*index),
                    }
                }
                if !rest.is_empty() {
                    batches.push(rest);
                }
                Ok(())
            }
        }
    }
}
