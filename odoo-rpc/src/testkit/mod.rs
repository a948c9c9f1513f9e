//! An in-memory Odoo for tests: a real HTTP server on a loopback port that speaks JSON-2, JSON-RPC and XML-RPC.
//!
//! [`Setup`] says what it starts with and which [`Series`] it plays; [`OdooServer`] runs it; [`Odoo`] is its database,
//! for assertions; [`FaultPlan`] makes things go wrong.
//!
//! It is an Odoo for contracts, not a copy of one: contacts, products, sales orders, stock and what they need, with
//! the fields that such flows touch, answering as recorded 17.0 and 19.0 servers do. What it does not have it refuses
//! as Odoo refuses an unknown model, method or field; it never pretends.
//!
//! - Every call is one transaction under one lock: an error rolls back all of it. Two calls never conflict by
//!   themselves; [`Fault::SerializationFailure`] makes one lose the race.
//! - `load` is the upsert that it is on the real server: external ids on documents and lines, all or nothing.
//! - Ids and order numbers are spent even by a call that was rolled back.
//! - Attachments have content, size, kind and checksum; groupings cut dates and aggregate; constraints are refused in the real server's
//!   words.
//! - Web sessions take the password alone, end after a week, and print reports; API keys end by the server's clock
//!   ([`Odoo::set_clock`]), and the wizard that makes them asks for the password again.
//! - Companies hide their records from who does not work for them ([`Setup::company`], [`Setup::works_for`]). Rights by group are not
//!   modelled: within his companies every user may do everything that is public.
//! - [`Recorder`] writes down what goes over any transport, without what opens the server, and [`Replay`] answers from it.

mod engine;
mod faults;
mod http;
mod record;
mod server;
mod setup;

pub use engine::{CallEntry, ErrorKind, Odoo, OdooError, Outcome, WriteEntry, WriteKind};
pub use faults::{Fault, FaultPlan, FaultRule, Faults, Injected};
pub use record::{Recorder, Replay, ReplayError};
pub use server::{OdooServer, StartError};
pub use setup::{Series, Setup, User};
