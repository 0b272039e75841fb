/// The operations of CloudWatch: each its name, its shapes and its handler. Requests and answers are
/// trees, whatever protocol they come and go in; times in answers are `ControlPlaneJson.time`.
@NullMarked
package dev.millrace.monitoring.operation;

import org.jspecify.annotations.NullMarked;
