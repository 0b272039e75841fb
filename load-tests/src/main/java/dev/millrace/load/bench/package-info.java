/// `millrace bench`: measures a whole system of real processes, each number beside its floor, taken in the same run.
///
/// It reports and never fails for slowness; it fails when an answer is wrong or something is lost.
@NullMarked
package dev.millrace.load.bench;

import org.jspecify.annotations.NullMarked;
