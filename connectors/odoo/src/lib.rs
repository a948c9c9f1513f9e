//! Odoo as an endpoint: sink for parties, items and sales orders, source of inventory levels
