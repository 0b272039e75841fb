/// Kafka behind the ports: lanes as share groups, replies, feeds, dead letters, backlog.
///
/// Takes requests, replies and documents from every process and gives them to those that acquire, receive or
/// follow.
/// Only this package (and the gateway's Vert.x adapter) knows Kafka; it knows no model, no store and no HTTP.
@NullMarked
package dev.millrace.queue;

import org.jspecify.annotations.NullMarked;
