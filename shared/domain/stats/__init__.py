"""The statistics: pure functions of counts and sums, each formula with its source. Never sees a customer."""
