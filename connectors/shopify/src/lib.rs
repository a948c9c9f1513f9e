#![doc = include_str!("../README.md")]

mod config;
pub use config::{Config, ConfigError, Ordering};

mod wire;
pub use wire::{FORMAT_GRAPHQL, FORMAT_REST};

mod map;
pub use map::map_payload;

mod client;
pub use client::API_VERSION;

mod webhook;

mod poll;

mod sink;

mod file;
pub use file::changes_from_file;

mod connector;
pub use connector::ShopifyConnector;

#[cfg(feature = "testkit")]
pub mod testkit;
