//! Seeds, derivation and sealed secrets; a secret has no Debug, Display or Serialize
