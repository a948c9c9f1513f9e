//! Shopify as an endpoint: webhook and polling source of orders, sink for inventory levels
