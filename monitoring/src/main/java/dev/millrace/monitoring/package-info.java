/// Metrics and alarms in CloudWatch's terms: what happens is recorded as values of metrics, aggregated into
/// statistic sets, sent to everyone, kept, and read by those who scale, alarm or ask.
@NullMarked
package dev.millrace.monitoring;

import org.jspecify.annotations.NullMarked;
