/// Application Auto Scaling at work: what policies, schedules and bounds make of the capacity of
/// scalable targets.
///
/// In come the documents of targets, policies, scheduled actions and alarms, and metrics; out go
/// wanted capacities and activities, in documents too. The decisions are pure; only the engine reads a
/// clock and writes.
@NullMarked
package dev.millrace.controller.autoscaling;

import org.jspecify.annotations.NullMarked;
