//! Upserts by external id: the one way in which Odoo lets a client create and update without doing it twice.

mod record;
mod report;
mod rows;

pub use record::{Cell, UpsertRecord};
pub use report::{UpsertOutcome, UpsertReport};

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::call::Call;
use crate::client::Client;
use crate::error::{Delivery, Error, ErrorKind};
use crate::load::{self, LoadMessage, LoadMessageKind};
use crate::policy::Effect;

/// How many times one upsert goes on after the policy's attempts have all met a conflict.
const PATIENCE: u32 = 20;

/// How an upsert is done.
#[derive(Clone, Debug)]
pub struct UpsertOptions {
    /// How many records go into one call, which is one transaction. Default: 500, about a second of the server's time for simple records.
    pub batch: usize,
    /// The digests that an earlier [`UpsertReport`] gave, by external id. A record whose digest is the same is not sent: Odoo would write it
    /// again, slower than a new one, and move its `write_date`.
    pub known: HashMap<String, String>,
}

impl Default for UpsertOptions {
    fn default() -> Self {
        Self { batch: 500, known: HashMap::new() }
    }
}

impl Client {
    /// Creates or updates records with their lines by external id, in as few calls as their shape allows.
    ///
    /// Doing it twice equals doing it once: every record and every line has an external id with a unique index behind it in Odoo. So it is
    /// repeated as the client's policy allows, also after an answer was lost, and conflicts that Odoo hides in its messages are found and
    /// repeated too. A record that Odoo does not accept is taken out and reported, and the others of its call go in without it.
    ///
    /// A column that a record does not have is left as it is in Odoo; an [empty cell](Cell::Empty) empties it. Lines that a record does not
    /// list any more stay in Odoo.
    ///
    /// ```no_run
    /// use odoo_rpc::{Client, Error, UpsertOptions, UpsertRecord};
    ///
    /// # async fn example(odoo: &Client) -> Result<(), Error> {
    /// let order = UpsertRecord::new("shop.order_1001")
    ///     .set("partner_id/id", "shop.customer_7")
    ///     .set("client_order_ref", "#1001")
    ///     .line("order_line", UpsertRecord::new("shop.order_1001_1").set("product_id/id", "shop.sku_a").set("product_uom_qty", 3));
    /// let report = odoo.upsert("sale.order", vec![order], UpsertOptions::default()).await?;
    /// for (id, problem) in report.failures() {
    ///     eprintln!("{id}: {problem}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `BadArguments`, not sent, for an external id that Odoo would not take, or one that stands twice. Any error of a call that is not about
    /// single records: the calls before it are done, and doing all again is safe.
    pub async fn upsert(
        &self,
        model: &str,
        records: Vec<UpsertRecord>,
        options: UpsertOptions,
    ) -> Result<UpsertReport, Error> {
        check(model, &records)?;
        let mut report = UpsertReport::new(&records);
        let mut shapes: Vec<(rows::Shape, Vec<usize>)> = Vec::new();
        for (index, record) in records.iter().enumerate() {
            if options.known.get(record.id()).is_some_and(|known| *known == record.digest()) {
                report.set(index, UpsertOutcome::Unchanged);
                continue;
            }
            // An absent column is not an empty one, so records of another shape go into another call.
            let shape = rows::Shape::of(record);
            match shapes.iter_mut().find(|(known, _)| *known == shape) {
                Some((_, members)) => members.push(index),
                None => shapes.push((shape, vec![index])),
            }
        }
        let mut patience = PATIENCE;
        for (shape, members) in shapes {
            let mut batches: Vec<Vec<usize>> =
                members.chunks(options.batch.max(1)).rev().map(<[usize]>::to_vec).collect();
            while let Some(batch) = batches.pop() {
                self.upsert_batch(model, &shape, &records, batch, &mut batches, &mut report, &mut patience)
                    .await?;
            }
        }
        Ok(report)
    }

    /// One call. What it does not settle goes back into `batches`.
    #[expect(
        clippy::too_many_arguments,
        reason = "the state of one upsert, which nothing else needs as a type"
    )]
    async fn upsert_batch(
        &self,
        model: &str,
        shape: &rows::Shape,
        records: &[UpsertRecord],
        batch: Vec<usize>,
        batches: &mut Vec<Vec<usize>>,
        report: &mut UpsertReport,
        patience: &mut u32,
    ) -> Result<(), Error> {
        let members: Vec<&UpsertRecord> = batch.iter().filter_map(|index| records.get(*index)).collect();
        let call = Call::new(model, "load")
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
        let loaded = match self.call_read(call, load::parse).await {
            Ok(loaded) => loaded,
            // Someone else writes the same records, and has won each time: smaller transactions meet less often.
            Err(error) if error.kind() == ErrorKind::Conflict && *patience > 0 => {
                *patience -= 1;
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
                report.set_all(&batch, &UpsertOutcome::Failed { messages: vec![message] });
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        match loaded.ids {
            Some(ids) if ids.len() == batch.len() => {
                for (index, id) in batch.iter().zip(ids) {
                    report.set(*index, UpsertOutcome::Loaded { id });
                }
                Ok(())
            }
            Some(ids) => {
                let message = format!("load answered {} ids for {} records", ids.len(), batch.len());
                Err(Error::new(ErrorKind::Protocol, Delivery::Committed, format!("{model}.load"), message))
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
                        1 => report.set_all(&batch, &UpsertOutcome::Failed { messages: errors }),
                        _ => split(batches),
                    }
                    return Ok(());
                }
                let mut rest = Vec::new();
                for (member, index) in batch.iter().enumerate() {
                    match at_fault.remove(&member) {
                        Some(messages) => report.set(*index, UpsertOutcome::Failed { messages }),
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

/// What Odoo would refuse, misread, or do twice.
fn check(model: &str, records: &[UpsertRecord]) -> Result<(), Error> {
    let bad = |message: String| {
        Error::new(ErrorKind::BadArguments, Delivery::NotSent, format!("{model}.load"), message)
    };
    let mut ids = HashSet::new();
    for record in records {
        let lines = record.lines().iter().flat_map(|(_, lines)| lines);
        for (column, _) in lines.chain([record]).flat_map(UpsertRecord::columns) {
            let key = |name: &str| matches!(name, "id" | ".id");
            if key(column) || column.rsplit_once('/').is_some_and(|(_, last)| !key(last)) {
                let message = format!(
                    "{}: the column {column} would make records without an external id: use UpsertRecord::line",
                    record.id()
                );
                return Err(bad(message));
            }
        }
        for (field, lines) in record.lines() {
            let columns = |line: &UpsertRecord| {
                line.columns().iter().map(|(name, _)| name.clone()).collect::<BTreeSet<_>>()
            };
            if lines.windows(2).any(|pair| pair.iter().map(columns).collect::<HashSet<_>>().len() > 1) {
                let message = format!(
                    "{}: the lines of {field} have not all the same columns, and what one lacks would be emptied",
                    record.id()
                );
                return Err(bad(message));
            }
            if lines.iter().any(|line| !line.lines().is_empty()) {
                return Err(bad(format!(
                    "{}: a line of {field} has lines of its own, which load cannot take",
                    record.id()
                )));
            }
        }
        for id in record.all_ids() {
            if !is_external_id(id) {
                return Err(bad(format!(
                    "{id:?} is no external id: it takes the form MODULE.NAME without blanks"
                )));
            }
            if !ids.insert(id) {
                return Err(bad(format!("the external id {id} stands twice")));
            }
        }
    }
    Ok(())
}

/// Odoo takes `0`, `no` and `false` for an empty cell, and a name without a module for one of `__import__`.
fn is_external_id(id: &str) -> bool {
    let Some((module, name)) = id.split_once('.') else { return false };
    !module.is_empty()
        && !name.is_empty()
        && !id.contains(|c: char| c.is_whitespace() || c.is_control() || c == ',' || c == '/')
}
