package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.port.AcquiredRequest;
import dev.millrace.invocation.port.RequestConsumer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/// A listener that keeps what it is given until the test says what becomes of it.
final class Hold implements RequestConsumer.Listener {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<AcquiredRequest> taken = new CopyOnWriteArrayList<>();

    @Override
    public void onAcquired(AcquiredRequest request) {
        taken.add(request);
    }

    List<AcquiredRequest> taken() {
        return List.copyOf(taken);
    }

    /// Waits until it was given so many in all.
    List<AcquiredRequest> await(int count) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(taken).hasSizeGreaterThanOrEqualTo(count));
        return taken();
    }

    AcquiredRequest awaitOne() {
        return await(1).getFirst();
    }

    void completeAll() {
        taken.forEach(request -> request.acknowledge(new Outcome.Completed()));
    }

    /// Checks for a while that nothing more comes.
    void staysAt(int count, Duration time) {
        Awaitility.await()
                .during(time)
                .atMost(time.plusSeconds(5))
                .untilAsserted(() -> assertThat(taken).hasSize(count));
    }
}
