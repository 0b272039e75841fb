package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.DeadLetter;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.port.Feed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;

/// The dead letters of one lane.
final class DeadLetterBox implements AutoCloseable {
    private final List<DeadLetter> letters = new CopyOnWriteArrayList<>();
    private final Feed.Subscription subscription;

    DeadLetterBox(QueueAdapter adapter, LaneId lane) {
        this.subscription = adapter.deadLetters().follow(new Feed.Start.End(), (_, letter) -> {
            if (letter != null && letter.topic().equals(lane.topic())) {
                letters.add(letter);
            }
        });
    }

    DeadLetter awaitOne() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(letters).hasSize(1));
        return letters.getFirst();
    }

    @Override
    public void close() {
        subscription.close();
    }
}
