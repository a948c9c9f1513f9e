//! Groups of records with sums, the same on every series: `formatted_read_group` where the server has it, `read_group` before.

use std::fmt;

use serde_json::{Map, Value};

use super::Records;
use crate::answer::unexpected;
use crate::call::Call;
use crate::capability::Capability;
use crate::error::{Delivery, Error, ErrorKind};
use crate::model::{Field, Model};

/// What is computed of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aggregate {
    /// `sum`
    Sum,
    /// `avg`
    Average,
    /// `min`
    Min,
    /// `max`
    Max,
    /// `count_distinct`
    CountDistinct,
}

impl Aggregate {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Average => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::CountDistinct => "count_distinct",
        }
    }
}

/// The length of a period, for groups by date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Period {
    /// `day`
    Day,
    /// `week`
    Week,
    /// `month`
    Month,
    /// `quarter`
    Quarter,
    /// `year`
    Year,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        })
    }
}

/// A query for groups: [`by`](Self::by) what, [`with`](Self::with) which sums.
#[must_use = "a query is sent by its last step"]
pub struct Groups<M> {
    records: Records<M>,
    by: Vec<String>,
    sums: Vec<(String, Aggregate)>,
}

impl<M: Model> fmt::Debug for Groups<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups")
            .field("records", &self.records)
            .field("by", &self.by)
            .field("sums", &self.sums)
            .finish()
    }
}

/// One group.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Group {
    /// What its records have in common, in the order of the question, as Odoo writes it: `[id, name]` for a record, a text for a period (it differs
    /// between series and languages), `false` for none.
    pub key: Vec<Value>,
    /// How many records it has.
    pub count: u64,
    /// The sums, in the order of the question. `null` or `false`: there was nothing to compute.
    pub sums: Vec<Value>,
}

impl<M: Model> Records<M> {
    /// Groups the records of the query. Its limit and offset count groups; its order is left to Odoo.
    pub fn groups(self) -> Groups<M> {
        Groups { records: self, by: Vec::new(), sums: Vec::new() }
    }
}

impl<M: Model> Groups<M> {
    /// By a field.
    pub fn by<T>(mut self, field: &Field<M, T>) -> Self {
        self.by.push(field.path().to_owned());
        self
    }

    /// By the period of a date.
    pub fn by_period<T>(mut self, field: &Field<M, T>, period: Period) -> Self {
        self.by.push(format!("{}:{period}", field.path()));
        self
    }

    /// With a sum, or another aggregate, of a field.
    pub fn with<T>(mut self, field: &Field<M, T>, aggregate: Aggregate) -> Self {
        self.sums.push((field.path().to_owned(), aggregate));
        self
    }

    /// Reads the groups in one call.
    ///
    /// # Errors
    /// As [`Client::call`](crate::Client::call). `BadArguments`, not sent, for two aggregates of one field on a server before 19, which gives them one
    /// name.
    pub async fn fetch(self) -> Result<Vec<Group>, Error> {
        let Self { records, by, sums } = self;
        let new = records.client.has(Capability::FormattedReadGroup);
        let method = if new { "formatted_read_group" } else { "read_group" };
        let call = Call::new(M::MODEL, method).arg(records.domain);
        let spec = |(field, aggregate): &(String, Aggregate)| format!("{field}:{}", aggregate.as_str());
        let specs: Vec<String> = sums.iter().map(spec).collect();
        let mut call = if new {
            let all: Vec<String> =
                std::iter::once("__count".to_owned()).chain(specs.iter().cloned()).collect();
            call.arg(by.clone()).arg(all)
        } else {
            if let Some((field, _)) = sums.iter().enumerate().find_map(|(at, (field, aggregate))| {
                sums.iter().take(at).any(|(other, _)| other == field).then_some((field, aggregate))
            }) {
                let message = format!(
                    "a server before 19 gives the aggregates of one field one name: ask for those of {field} one by one"
                );
                return Err(Error::new(
                    ErrorKind::BadArguments,
                    Delivery::NotSent,
                    call.operation(),
                    message,
                ));
            }
            call.arg(specs.clone()).arg(by.clone()).kwarg("lazy", false)
        };
        if let Some(limit) = records.options.limit {
            call = call.kwarg("limit", limit);
        }
        if let Some(offset) = records.options.offset {
            call = call.kwarg("offset", offset);
        }
        let operation = call.operation();
        let rows: Vec<Map<String, Value>> = records.client.call_rows(call).await?;
        let group = |mut row: Map<String, Value>| {
            let count = row
                .get("__count")
                .and_then(Value::as_u64)
                .ok_or_else(|| unexpected(&operation, "no __count"))?;
            let mut take = |name: &String| {
                row.remove(name).ok_or_else(|| unexpected(&operation, "a group without what was asked for"))
            };
            let key = by.iter().map(&mut take).collect::<Result<_, _>>()?;
            let names = sums.iter().zip(&specs).map(|((field, _), spec)| if new { spec } else { field });
            let sums = names.map(&mut take).collect::<Result<_, _>>()?;
            Ok(Group { key, count, sums })
        };
        rows.into_iter().map(group).collect()
    }
}
