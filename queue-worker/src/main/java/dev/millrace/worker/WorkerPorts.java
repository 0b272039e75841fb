package dev.millrace.worker;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.Replies;
import dev.millrace.invocation.port.RequestConsumers;

/// What a worker is connected to; closed by whoever made it.
public record WorkerPorts(
        ObjectStore store, RequestConsumers consumers, Feed<InvocationEvent> events, Replies replies) {}
