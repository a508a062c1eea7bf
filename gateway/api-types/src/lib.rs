//! Request and response bodies and error codes of the gateway; serde only
