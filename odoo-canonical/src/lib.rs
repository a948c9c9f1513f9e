//! Canonical business objects, value types and envelope, with JSON Schema
