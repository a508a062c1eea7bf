//! What a MIP is: a number, a title, how far it is, and from which height each network obeys it.
use moneta_chain::{Height, Network};

/// A Moneta improvement proposal: one book of rules.
#[derive(Debug, Clone, Copy)]
pub struct Mip {
    /// Its number, written with four digits.
    pub number: u16,
    /// What it is about.
    pub title: &'static str,
    /// How far it is.
    pub status: Status,
    /// From where on each network obeys it.
    pub activation: Activation,
    /// The specification, Markdown.
    pub specification: &'static str,
}

/// How far a MIP is (MIP-0000, 0.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// Code or vectors are missing.
    Draft,
    /// An activation height is set.
    Active,
    /// Active on the main network.
    Final,
    /// Given up; its number stays.
    Withdrawn,
}

/// From which height each network obeys a MIP; `None` where that is not decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activation {
    /// On the main network.
    pub main: Option<Height>,
    /// On the test network.
    pub test: Option<Height>,
    /// On a dev network.
    pub dev: Option<Height>,
}

impl Activation {
    /// In force everywhere from the first block. What comes later is brought by a
    /// [`Deployment`](crate::Deployment).
    pub(crate) const FROM_THE_START: Self = Self {
        main: Some(Height::GENESIS),
        test: Some(Height::GENESIS),
        dev: Some(Height::GENESIS),
    };

    /// Returns the height from which `network` obeys, or `None` if that is not decided.
    pub const fn on(&self, network: Network) -> Option<Height> {
        match network {
            Network::Main => self.main,
            Network::Test => self.test,
            Network::Dev => self.dev,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MIPS;

    #[test]
    fn the_table_is_in_order_and_each_specification_is_its_own() {
        assert!(MIPS.windows(2).all(|pair| pair[0].number < pair[1].number));
        for mip in MIPS {
            let first = mip.specification.lines().next().unwrap();
            assert_eq!(first, format!("# MIP-{:04}: {}", mip.number, mip.title));
        }
    }

    #[test]
    fn every_rule_has_a_number_and_every_number_stands_once() {
        for mip in MIPS.iter().filter(|mip| mip.number > 0) {
            let prefix = format!("- {}.", mip.number);
            let rules = mip.specification.lines();
            let rules = rules.filter(|line| line.starts_with("- ") && line.contains("MUST"));
            let numbers: Vec<u32> = rules
                .map(|line| {
                    let number = line
                        .strip_prefix(&prefix)
                        .unwrap_or_else(|| panic!("{line}"));
                    number.split(' ').next().unwrap().parse().unwrap()
                })
                .collect();
            let expected: Vec<u32> = (1..).take(numbers.len()).collect();
            assert!(!numbers.is_empty());
            assert_eq!(numbers, expected, "MIP-{:04}", mip.number);
        }
    }

    #[test]
    fn the_rules_of_this_crate_are_in_force_everywhere_from_the_first_block_and_say_so() {
        for mip in MIPS {
            let mut lines = mip.specification.lines();
            let status = lines.find(|line| line.starts_with("| status |")).unwrap();
            let everywhere = "| status | active on every network from ";
            assert!(
                mip.number == 0 || status.starts_with(everywhere),
                "{status}"
            );
            for network in Network::ALL {
                assert_eq!(mip.activation.on(network), Some(Height::GENESIS));
            }
        }
    }
}
