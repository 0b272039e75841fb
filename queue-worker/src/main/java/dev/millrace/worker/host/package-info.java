/// The worker host: runs on every machine that may run workers, starts and stops worker processes as the
/// placements
/// say, and reports what they do.
///
/// It sees workers only as child processes: their states come as lines, their orders go as lines.
@NullMarked
package dev.millrace.worker.host;

import org.jspecify.annotations.NullMarked;
