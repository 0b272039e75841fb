package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AsynchronousSlotsTest {
    private final AtomicLong now = new AtomicLong(1_000);
    private final AtomicInteger inside = new AtomicInteger();

    @Test
    void givesAllSlotsWhileNobodyWaitsForAnAnswer() {
        var slots = new AsynchronousSlots(3, 8, now::get);

        enter(slots, 5);

        await().until(() -> inside.get() == 3);
        slots.release();
        await().until(() -> inside.get() == 4);
    }

    @Test
    void givesFewWhileRealTimeCallsComeAndAllAgainAfterwards() {
        var slots = new AsynchronousSlots(8, 4, now::get);
        slots.realTimeCall();

        enter(slots, 8);

        await().until(() -> inside.get() == 2);
        now.addAndGet(AsynchronousSlots.LATELY.toNanos());
        await().until(() -> inside.get() == 8);
    }

    @Test
    void keepsOneSlotForTheBacklogWhateverComes() {
        var slots = new AsynchronousSlots(8, 1, now::get);
        slots.realTimeCall();

        enter(slots, 2);

        await().until(() -> inside.get() == 1);
        slots.realTimeCall();
        slots.release();
        await().until(() -> inside.get() == 2);
        assertThat(inside).hasValue(2);
    }

    private void enter(AsynchronousSlots slots, int threads) {
        for (int i = 0; i < threads; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    slots.acquire();
                    inside.incrementAndGet();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }
}
