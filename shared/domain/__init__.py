"""The pure core: functions over the contracts and numerics. No I/O, no clock, no environment, no services."""
