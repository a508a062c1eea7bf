//! Identities: records and handles.
use moneta_mips::{Identity, IdentityId};

use super::View;
use super::assets::id_behind_place;
use crate::codec::from_json;
use crate::rows::Table;
use crate::store::damaged;
use crate::{IndexError, Place};

impl View {
    /// Returns an identity.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identity(&self, id: &IdentityId) -> Result<Option<Identity>, IndexError> {
        self.moment.read(Table::Identities, &id.0, from_json)
    }

    /// Returns the identity with this handle.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identity_of_handle(&self, handle: &str) -> Result<Option<IdentityId>, IndexError> {
        self.moment.read(Table::Handles, handle.as_bytes(), |row| {
            row.try_into().ok().map(IdentityId)
        })
    }

    /// Returns identities, newest first, those registered before `before` if given. Those of one
    /// transaction are never split between pages, so a page may be a little longer than `limit`.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identities(
        &self,
        before: Option<Place>,
        limit: usize,
    ) -> Result<Vec<Identity>, IndexError> {
        let rows = self.newest_whole_places(Table::IdentityOrder, &[], before, limit)?;
        let identities = rows.iter().map(|row| {
            let id = id_behind_place(&row.rest).ok_or(damaged(Table::IdentityOrder))?;
            self.identity(&IdentityId(id))?
                .ok_or(damaged(Table::Identities))
        });
        identities.collect()
    }
}
