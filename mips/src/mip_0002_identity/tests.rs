//! Scenarios of this MIP.
