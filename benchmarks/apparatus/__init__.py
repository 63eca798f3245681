"""What benchmarks measure with, and what they measure on; none of these is a benchmark."""
