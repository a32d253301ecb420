#!/usr/bin/env bash
# mutants.sh: every mutant of tests/mutants can still be made: its text stands once in its file, and its tests are there.
# `make check-long` and tests/mutate make them.
exec "$SRCDIR/tests/mutate" -c
