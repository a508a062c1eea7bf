//! Identities: records and handles.
use moneta_chain::Height;
use moneta_mips::{Identity, IdentityId, Standing};

use super::View;
use super::assets::id_behind_place;
use crate::codec::from_json;
use crate::rows::Table;
use crate::store::damaged;
use crate::{IdentityVersion, IndexError, Place};

impl View {
    /// Returns an identity.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identity(&self, id: &IdentityId) -> Result<Option<Identity>, IndexError> {
        self.moment.read(Table::Identities, &id.0, from_json)
    }

    /// Returns what an identity was over time, oldest first.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn identity_versions(&self, id: &IdentityId) -> Result<Vec<IdentityVersion>, IndexError> {
        let rows = self.moment.rows(Table::IdentityVersions, &id.0, None)?;
        rows.map(|row| from_json(&row?.1).ok_or(damaged(Table::IdentityVersions)))
            .collect()
    }

    /// Returns how an identity stands: until when it is paid for, whether it is revoked, who may claim it.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn standing(&self, id: &IdentityId) -> Result<Option<Standing>, IndexError> {
        self.moment.read(Table::Standings, &id.0, from_json)
    }

    /// Tells whether a coin of a block at `made` still holds the identity that it was given: a later claim has
    /// emptied it otherwise (MIP-2, 2.15).
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn still_holds(&self, id: &IdentityId, made: Height) -> Result<bool, IndexError> {
        let claimed = self.standing(id)?.and_then(|standing| standing.claimed);
        Ok(claimed.is_none_or(|claimed| made >= claimed))
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
