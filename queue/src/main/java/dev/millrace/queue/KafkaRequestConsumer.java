package dev.millrace.queue;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestQueue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A lane's consumer: the handle on its thread.
final class KafkaRequestConsumer implements RequestConsumer {
    /// Two commits and a leave, each with its own bound below this one.
    private static final Duration CLOSE = Duration.ofSeconds(12);

    private final LaneId lane;
    private final LaneLoop loop;
    private final Thread thread;

    private KafkaRequestConsumer(LaneId lane, LaneLoop loop) {
        this.lane = lane;
        this.loop = loop;
        this.thread = Thread.ofPlatform().daemon().name("lane-" + lane).unstarted(loop);
    }

    static KafkaRequestConsumer start(
            KafkaConnection connection, RequestQueue queue, LaneId lane, int maxHeld, Listener listener) {
        var consumer = new KafkaRequestConsumer(
                lane, new LaneLoop(connection.clients(), connection.config(), queue, lane, maxHeld, listener));
        consumer.thread.start();
        return consumer;
    }

    @Override
    public void stopAcquiring() {
        loop.stopAcquiring();
    }

    @Override
    public void check() {
        @Nullable Throwable failure = loop.failure();
        if (failure != null) {
            throw KafkaFailures.unavailable("lane " + lane + ": " + failure.getMessage(), failure);
        }
        if (!thread.isAlive() && loop.isAcquiring()) {
            throw KafkaFailures.unavailable("lane " + lane + ": its thread has ended", new IllegalStateException());
        }
    }

    @Override
    public void close() {
        loop.close();
        if (thread.equals(Thread.currentThread())) {
            return; // Closed by its own listener: the loop ends when the listener returns.
        }
        try {
            thread.join(CLOSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
