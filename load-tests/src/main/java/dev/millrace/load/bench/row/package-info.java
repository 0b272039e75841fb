/// The measurements, one class per row of the table in `docs/reference/performance.md`.
@NullMarked
package dev.millrace.load.bench.row;

import org.jspecify.annotations.NullMarked;
