//! A pretend Shopify on loopback, and orders for it.
