//! Upserts by external id: the one way in which Odoo lets a client create and update without doing it twice.

mod check;
mod record;
mod report;
mod rows;
mod run;

pub use record::{Cell, UpsertRecord};
pub use report::{UpsertOutcome, UpsertReport};

use std::collections::HashMap;

use check::check;
use run::{PATIENCE, Run};

use crate::client::Client;
use crate::error::Error;

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
        Run {
            client: self,
            model,
            records: &records,
            report: UpsertReport::new(&records),
            patience: PATIENCE,
        }
        .all(&options)
        .await
    }
}
