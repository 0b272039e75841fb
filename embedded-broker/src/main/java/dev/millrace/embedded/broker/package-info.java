/// The queue's server for one machine: the real Kafka broker and controller in a process of their own, tuned
/// small.
///
/// A data folder and a port go in; a bootstrap address comes out. On no other process's class path. It knows
/// nothing
/// of queues, lanes or events.
@NullMarked
package dev.millrace.embedded.broker;

import org.jspecify.annotations.NullMarked;
