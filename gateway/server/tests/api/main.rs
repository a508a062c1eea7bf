//! The gateway over real HTTP and a real node: stories, bad inputs, keys used twice, many at once.

mod bad_cases;
mod bad_input;
mod court;
mod credentials;
mod door;
mod faults;
mod gateway;
mod gold;
mod idempotency;
mod look_alikes;
mod openapi;
mod pages;
mod payments;
mod registration;
mod tenants;
mod turning;
