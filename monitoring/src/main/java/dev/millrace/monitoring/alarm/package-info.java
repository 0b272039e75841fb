/// Alarms: what state the values of a metric mean, when that changes, and who is told.
@NullMarked
package dev.millrace.monitoring.alarm;

import org.jspecify.annotations.NullMarked;
