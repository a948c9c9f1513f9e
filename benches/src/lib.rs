#![doc = include_str!("../README.md")]

pub mod orders;
pub mod partners;
pub mod rounds;
