//! Ethash: cache, light and full hash, seal check; knows bytes only
