//! The connector contract and the governed runtime
