/// Metric math: expressions over metrics, as `GetMetricData` and alarms take them.
@NullMarked
package dev.millrace.monitoring.math;

import org.jspecify.annotations.NullMarked;
