package dev.millrace.worker;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestConsumers;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Consumers that acquire what a test gives them.
final class FakeLanes implements RequestConsumers {
    private final List<Opened> opened = new CopyOnWriteArrayList<>();

    /// One consumer as a test sees it.
    static final class Opened implements RequestConsumer {
        final LaneId lane;
        final int maxHeld;
        private final Listener listener;
        volatile boolean isStopped;
        volatile boolean isClosed;

        Opened(LaneId lane, int maxHeld, Listener listener) {
            this.lane = lane;
            this.maxHeld = maxHeld;
            this.listener = listener;
        }

        @Override
        public void stopAcquiring() {
            isStopped = true;
        }

        @Override
        public void check() {}

        @Override
        public void close() {
            isStopped = true;
            isClosed = true;
        }
    }

    @Override
    public RequestConsumer open(LaneId lane, int maxHeld, RequestConsumer.Listener listener) {
        var consumer = new Opened(lane, maxHeld, listener);
        opened.add(consumer);
        return consumer;
    }

    /// The consumers of the lane that acquire now.
    List<Opened> acquiring(LaneId lane) {
        return opened.stream()
                .filter(consumer -> consumer.lane.equals(lane) && !consumer.isStopped)
                .toList();
    }

    List<Opened> all() {
        return List.copyOf(opened);
    }

    /// Hands the record to a consumer of its lane that acquires.
    void give(FakeAcquired record) {
        acquiring(record.lane()).getFirst().listener.onAcquired(record);
    }
}
