/// The demonstration: a user of the public API, with a real store client, a real Kafka producer and a webhook
/// receiver.
@NullMarked
package dev.millrace.standalone.demo;

import org.jspecify.annotations.NullMarked;
