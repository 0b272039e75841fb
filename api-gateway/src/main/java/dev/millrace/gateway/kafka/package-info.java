/// Step 3 of the flow over the Vert.x Kafka client. The only package of the HTTP side that sees Kafka.
@NullMarked
package dev.millrace.gateway.kafka;

import org.jspecify.annotations.NullMarked;
