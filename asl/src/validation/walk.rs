//! The most that a walk through a graph can cost, where some of its places are
//! visited a limited number of times.

use std::collections::HashMap;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

/// One place of a graph.
#[derive(Debug, Clone, Copy)]
pub struct WalkPlace {
    /// What one visit costs.
    pub cost: u64,
    /// How often it is visited at most, where that is declared.
    pub visits: Option<u64>,
}

/// Places, and the ways between them.
pub type Ways = DiGraph<WalkPlace, ()>;

/// The most that a walk from `start` costs.
///
/// Circles that touch one another are one group, and a walk goes through groups
/// in one direction only. Within a group, a walk is cut at each visit of a
/// limited place. What lies between two cuts goes through no place twice, so it
/// costs no more than the dearest way from the place of the cut. There are
/// no more cuts than the limits allow.
///
/// # Errors
/// Every set of places that lead to one another and of which none is limited.
#[expect(
    clippy::expect_used,
    reason = "every place is in a group, and groups come in an order"
)]
pub fn most(ways: &Ways, start: NodeIndex) -> Result<u64, Vec<Vec<NodeIndex>>> {
    let free = free(ways)?;
    let groups = tarjan_scc(ways);
    let group: HashMap<NodeIndex, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(index, places)| places.iter().map(move |place| (*place, index)))
        .collect();
    let walk = Walk {
        ways,
        start,
        dearest: dearest(ways, &free, &group),
        group,
    };
    // A group comes after all that it leads to.
    let mut onward: Vec<u64> = Vec::with_capacity(groups.len());
    for (index, places) in groups.iter().enumerate() {
        let beyond = places
            .iter()
            .flat_map(|place| ways.neighbors(*place))
            .map(|next| walk.group_of(next))
            .filter(|next| *next != index)
            .map(|next| onward.get(next).expect("a group leads to a later one"))
            .max();
        let cost = walk.within(places);
        onward.push(cost.saturating_add(beyond.copied().unwrap_or(0)));
    }
    let first = onward.get(walk.group_of(start));
    Ok(*first.expect("a group was left out"))
}

/// The places without a limit, each after all those that it leads to.
fn free(ways: &Ways) -> Result<Vec<NodeIndex>, Vec<Vec<NodeIndex>>> {
    let graph = ways.filter_map(
        |index, place| place.visits.is_none().then_some(index),
        |_, ()| Some(()),
    );
    let (circles, places): (Vec<_>, Vec<_>) = tarjan_scc(&graph)
        .into_iter()
        .partition(|places| round(&graph, places));
    let original = |places: Vec<NodeIndex>| -> Vec<NodeIndex> {
        let mut places: Vec<_> = places.into_iter().map(|place| graph[place]).collect();
        places.sort_unstable();
        places
    };
    if circles.is_empty() {
        Ok(places.into_iter().flat_map(original).collect())
    } else {
        Err(circles.into_iter().map(original).collect())
    }
}

/// Whether places that lead to one another are more than one that leads
/// elsewhere.
fn round<N>(graph: &DiGraph<N, ()>, places: &[NodeIndex]) -> bool {
    match places {
        [alone] => graph.contains_edge(*alone, *alone),
        _ => true,
    }
}

/// What the dearest way costs that starts at a place without a limit and goes
/// through such places of its group only.
fn dearest(
    ways: &Ways,
    free: &[NodeIndex],
    group: &HashMap<NodeIndex, usize>,
) -> HashMap<NodeIndex, u64> {
    let mut dearest: HashMap<NodeIndex, u64> = HashMap::with_capacity(free.len());
    for place in free {
        let onward = ways
            .neighbors(*place)
            .filter(|next| group.get(next) == group.get(place))
            .filter_map(|next| dearest.get(&next).copied())
            .max();
        let cost = ways[*place].cost;
        dearest.insert(*place, cost.saturating_add(onward.unwrap_or(0)));
    }
    dearest
}

struct Walk<'a> {
    ways: &'a Ways,
    start: NodeIndex,
    dearest: HashMap<NodeIndex, u64>,
    group: HashMap<NodeIndex, usize>,
}

impl Walk<'_> {
    #[expect(clippy::expect_used, reason = "every place is in a group")]
    fn group_of(&self, place: NodeIndex) -> usize {
        let group = self.group.get(&place);
        *group.expect("a place is in no group")
    }

    /// The most that a walk costs within a group.
    fn within(&self, places: &[NodeIndex]) -> u64 {
        if let [alone] = places
            && !round(self.ways, places)
        {
            return self.ways[*alone].cost;
        }
        let cuts = places.iter().filter_map(|place| {
            let of_place = self.ways[*place];
            let visits = of_place.visits?;
            let between = self
                .ways
                .neighbors(*place)
                .filter(|next| self.group.get(next) == self.group.get(place))
                .filter_map(|next| self.dearest.get(&next).copied())
                .max();
            let each = of_place.cost.saturating_add(between.unwrap_or(0));
            Some(each.saturating_mul(visits))
        });
        let before_the_first = places
            .iter()
            .filter(|place| self.is_entered(**place))
            .filter_map(|place| self.dearest.get(place).copied())
            .max();
        cuts.fold(before_the_first.unwrap_or(0), u64::saturating_add)
    }

    /// Whether a walk can come to a place from outside of its group.
    fn is_entered(&self, place: NodeIndex) -> bool {
        place == self.start
            || self
                .ways
                .neighbors_directed(place, petgraph::Direction::Incoming)
                .any(|before| self.group.get(&before) != self.group.get(&place))
    }
}

#[cfg(test)]
mod tests {
    use petgraph::graph::NodeIndex;
    use proptest::prelude::*;

    use super::{WalkPlace, Ways, most};

    fn ways(places: &[(u64, Option<u64>)], between: &[(u32, u32)]) -> Ways {
        let mut ways = Ways::new();
        for (cost, visits) in places {
            ways.add_node(WalkPlace {
                cost: *cost,
                visits: *visits,
            });
        }
        for (from, to) in between {
            ways.add_edge(NodeIndex::from(*from), NodeIndex::from(*to), ());
        }
        ways
    }

    fn from_first(places: &[(u64, Option<u64>)], between: &[(u32, u32)]) -> Result<u64, String> {
        most(&ways(places, between), NodeIndex::new(0)).map_err(|circles| {
            let circles: Vec<Vec<_>> = circles
                .iter()
                .map(|circle| circle.iter().map(|place| place.index()).collect())
                .collect();
            format!("{circles:?}")
        })
    }

    #[test]
    fn of_two_ways_the_dearer_one_counts() {
        let places = [(1, None), (10, None), (20, None), (1, None)];
        assert_eq!(
            from_first(&places, &[(0, 1), (0, 2), (1, 3), (2, 3)]),
            Ok(22)
        );
    }

    #[test]
    fn a_circle_counts_as_often_as_its_limited_place() {
        // 0 → 1 (5 times) → 2 → 1, and out from 2 to 3.
        let places = [(1, None), (10, Some(5)), (2, None), (100, None)];
        let between = [(0, 1), (1, 2), (2, 1), (2, 3)];
        assert_eq!(from_first(&places, &between), Ok(1 + 5 * 12 + 100));
        // Entered behind the limited place, it costs what leads to that first.
        let between = [(0, 2), (1, 2), (2, 1), (2, 3)];
        assert_eq!(from_first(&places, &between), Ok(1 + 2 + 5 * 12 + 100));
        // A place that leads to itself.
        assert_eq!(from_first(&[(3, Some(4))], &[(0, 0)]), Ok(12));
        // A limit without a circle changes nothing.
        assert_eq!(from_first(&[(3, Some(4))], &[]), Ok(3));
    }

    #[test]
    fn each_turn_takes_the_dearer_way() {
        let places = [(1, Some(10)), (50, None), (3, None)];
        let between = [(0, 1), (0, 2), (1, 0), (2, 0)];
        assert_eq!(from_first(&places, &between), Ok(10 * 51));
    }

    #[test]
    fn circles_without_a_limit_are_named() {
        let places = [(1, None); 4];
        let between = [(0, 1), (1, 2), (2, 1), (2, 3), (3, 3)];
        let circles = from_first(&places, &between).unwrap_err();
        assert!(
            circles.contains("[1, 2]") && circles.contains("[3]"),
            "{circles}"
        );
        // A limit on one of two circles through the same place is not enough.
        let places = [(1, None), (1, Some(3)), (1, None)];
        let between = [(0, 1), (1, 0), (0, 2), (2, 0)];
        assert_eq!(from_first(&places, &between), Err("[[0, 2]]".to_owned()));
    }

    /// The dearest walk that keeps within the limits, by trying them all.
    fn tried(ways: &Ways, place: NodeIndex, left: &mut Vec<u64>) -> u64 {
        let weight = ways[place];
        if weight.visits.is_some() {
            if left[place.index()] == 0 {
                return 0;
            }
            left[place.index()] -= 1;
        }
        let onward: Vec<_> = ways.neighbors(place).collect();
        let onward = onward.into_iter().map(|next| tried(ways, next, left)).max();
        if weight.visits.is_some() {
            left[place.index()] += 1;
        }
        weight.cost + onward.unwrap_or(0)
    }

    proptest! {
        #[test]
        fn no_walk_costs_more(
            places in proptest::collection::vec((1_u64..9, proptest::option::of(1_u64..3)), 1..6),
            between in proptest::collection::vec((0_u32..6, 0_u32..6), 0..9),
        ) {
            let count = u32::try_from(places.len()).unwrap();
            let mut between: Vec<_> = between
                .into_iter()
                .filter(|(from, to)| from.max(to) < &count)
                .collect();
            between.sort_unstable();
            between.dedup();
            let ways = ways(&places, &between);
            let start = NodeIndex::new(0);
            if let Ok(most) = most(&ways, start) {
                let mut left: Vec<_> = places.iter().map(|(_, visits)| visits.unwrap_or(0)).collect();
                let tried = tried(&ways, start, &mut left);
                prop_assert!(tried <= most, "{tried} of {most}");
            }
        }
    }
}
