"""Benchmarks: speeds as ratios of two things timed alternately in one run."""
