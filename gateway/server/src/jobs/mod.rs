//! What runs beside the requests: following the chain, opening commitments, resubmitting, forgetting.

mod follow;
mod housekeeping;
mod open;
mod resubmit;

pub(crate) use follow::follow_index;
pub(crate) use housekeeping::keep_house;
pub(crate) use open::{keep_opening, open_commitments};
pub(crate) use resubmit::resubmit;
