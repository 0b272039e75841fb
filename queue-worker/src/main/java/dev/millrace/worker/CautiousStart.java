package dev.millrace.worker;

import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.RequestConsumer;
import dev.millrace.invocation.port.RequestConsumers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes one record at a time, lane after lane, when a predecessor has crashed: the record that crashed it
/// is likely
/// the next to come, and a neighbour held beside it would lose a delivery with every crash.
final class CautiousStart {
    /// A lane from which nothing came for so long is taken as harmless.
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final RequestConsumers consumers;
    private final Consumer<Hold> handler;
    private final BooleanSupplier isStopping;

    /// @param handler takes each acquired request to another thread without blocking
    CautiousStart(RequestConsumers consumers, Consumer<Hold> handler, BooleanSupplier isStopping) {
        this.consumers = consumers;
        this.handler = handler;
        this.isStopping = isStopping;
    }

    /// Returns when a record of each lane has passed, or none came.
    void run(List<LaneId> lanes) throws InterruptedException {
        for (LaneId lane : lanes) {
            if (isStopping.getAsBoolean()) {
                return;
            }
            one(lane);
        }
    }

    private void one(LaneId lane) throws InterruptedException {
        BlockingQueue<Hold> taken = new LinkedBlockingQueue<>();
        RequestConsumer.Listener listener = request -> {
            var hold = new Hold(request);
            taken.add(hold);
            handler.accept(hold);
        };
        try (RequestConsumer consumer = consumers.open(lane, 1, listener)) {
            @Nullable Hold first = taken.poll(QUIET.toNanos(), TimeUnit.NANOSECONDS);
            if (first != null) {
                await(first);
            }
            consumer.stopAcquiring();
            for (Hold late = taken.poll(); late != null; late = taken.poll()) {
                await(late);
            }
        }
    }

    private static void await(Hold hold) throws InterruptedException {
        try {
            hold.ended().get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("the end of a hold never fails", e);
        }
    }
}
