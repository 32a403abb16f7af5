//! The counts of every answer: plain atomics in fixed places, since each request passes here and none should wait for
//! another.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::{Answer, BySurface, Class, DURATIONS, Method, Surface};

const CLASSES: usize = Class::ALL.len();
const METHODS: usize = Method::ALL.len();
const SURFACES: usize = Surface::ALL.len();

/// Answers by surface, method and class. Clones count together.
#[derive(Debug, Clone)]
pub(super) struct Answers(Arc<[AtomicU64; SURFACES * METHODS * CLASSES]>);

/// How long answers took, by surface. Clones count together.
#[derive(Debug, Clone)]
pub(super) struct Durations(Arc<[Took; SURFACES]>);

#[derive(Debug, Default)]
struct Took {
    nanos: AtomicU64,
    /// One per bound, and one for what is above the last.
    within: [AtomicU64; DURATIONS.len() + 1],
}

impl Default for Answers {
    fn default() -> Self {
        Answers(Arc::new(std::array::from_fn(|_| AtomicU64::new(0))))
    }
}

impl Default for Durations {
    fn default() -> Self {
        Durations(Arc::new(std::array::from_fn(|_| Took::default())))
    }
}

impl Answers {
    pub(super) fn count(&self, surface: Surface, method: Method, class: Class) {
        let at = (surface as usize * METHODS + method as usize) * CLASSES + class as usize;
        if let Some(cell) = self.0.get(at) {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Durations {
    pub(super) fn observe(&self, surface: Surface, took: Duration) {
        let Some(of_surface) = self.0.get(surface as usize) else { return };
        let seconds = took.as_secs_f64();
        let bucket = DURATIONS.iter().position(|bound| seconds <= *bound).unwrap_or(DURATIONS.len());
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        of_surface.nanos.fetch_add(nanos, Ordering::Relaxed);
        if let Some(cell) = of_surface.within.get(bucket) {
            cell.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl EncodeMetric for Answers {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let mut cells = self.0.iter();
        for surface in Surface::ALL {
            for method in Method::ALL {
                for class in Class::ALL {
                    let count = cells.next().map_or(0, |cell| cell.load(Ordering::Relaxed));
                    if count > 0 {
                        let labels = Answer { surface, method, class };
                        encoder.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&count, None)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}

impl EncodeMetric for Durations {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        for (surface, took) in Surface::ALL.into_iter().zip(self.0.iter()) {
            let within = took.within.iter().map(|cell| cell.load(Ordering::Relaxed));
            let bounds = DURATIONS.into_iter().chain([f64::INFINITY]);
            let buckets: Vec<(f64, u64)> = bounds.zip(within).collect();
            let count = buckets.iter().map(|(_, count)| count).sum();
            if count > 0 {
                let seconds = Duration::from_nanos(took.nanos.load(Ordering::Relaxed)).as_secs_f64();
                let labels = BySurface { surface };
                let mut encoder = encoder.encode_family(&labels)?;
                encoder.encode_histogram::<NoLabelSet>(seconds, count, &buckets, None)?;
            }
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_has_a_place_of_its_own() {
        assert!(Surface::ALL.iter().enumerate().all(|(at, one)| *one as usize == at));
        assert!(Method::ALL.iter().enumerate().all(|(at, one)| *one as usize == at));
        assert!(Class::ALL.iter().enumerate().all(|(at, one)| *one as usize == at));
    }
}
