/// Topics and their subscriptions: the part of SNS that an endpoint's notifications need. The gateway speaks
/// the
/// Query protocol in front of it, the notifier delivers.
@NullMarked
package dev.millrace.controlplane.topic;

import org.jspecify.annotations.NullMarked;
