package dev.millrace.testkit.contract;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.port.Feed;
import dev.millrace.invocation.port.LaneAdmin;
import dev.millrace.invocation.port.RequestConsumers;
import dev.millrace.invocation.port.RequestQueue;

/// The queue's ports of one adapter, on one broker.
public interface QueueAdapter extends AutoCloseable {
    LaneAdmin lanes();

    RequestQueue queue();

    RequestConsumers consumers();

    Feed<DeadLetter> deadLetters();

    @Override
    void close();
}
