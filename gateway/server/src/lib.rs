//! The gateway: /v1, Esplora /api, explorer pages, custody
