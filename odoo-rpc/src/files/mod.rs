//! Files, in parts: neither a download nor an upload is ever whole in memory.

mod attachment;
mod base64;
mod download;

pub use download::Download;
