//! Odoo client: JSON-2, JSON-RPC and XML-RPC behind one API
