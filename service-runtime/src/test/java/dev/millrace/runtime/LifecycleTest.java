package dev.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Lifecycle lifecycle = new Lifecycle();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Test
    void stopsInReverseOfTheStartAndOnce() {
        part("store");
        part("queue");
        part("server");

        lifecycle.close();
        lifecycle.close();

        assertThat(seen)
                .containsExactly("store up", "queue up", "server up", "server down", "queue down", "store down");
    }

    @Test
    void stopsWhatWasStartedWhenAPartFails() {
        part("store");

        assertThatThrownBy(() -> lifecycle.start(
                        "queue",
                        () -> {
                            throw new IOException("no broker");
                        },
                        () -> seen.add("queue down"),
                        SOON))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("queue did not start: no broker");

        assertThat(seen).containsExactly("store up", "store down");
    }

    @Test
    void leavesAllThoseBehindThatWouldStopTooLateForTheWhole() {
        var never = new CountDownLatch(1);
        part("store");
        for (String name : List.of("one", "two", "three")) {
            lifecycle.start(name, () -> {}, never::await, Duration.ofDays(1));
        }

        lifecycle.closeWithin(Duration.ofMillis(100));

        assertThat(seen).containsExactly("store up", "store down");
    }

    @Test
    void leavesAPartBehindThatDoesNotStopInTime() {
        // Given
        var never = new CountDownLatch(1);
        part("store");
        lifecycle.start("queue", () -> {}, never::await, Duration.ofMillis(50));

        // When
        lifecycle.close();

        // Then
        assertThat(seen).containsExactly("store up", "store down");
    }

    @Test
    void goesOnWhenAPartFailsToStop() {
        part("store");
        lifecycle.open(
                "queue",
                () -> () -> {
                    throw new IOException("broken");
                },
                SOON);

        lifecycle.close();

        assertThat(seen).containsExactly("store up", "store down");
    }

    private void part(String name) {
        lifecycle.start(name, () -> seen.add(name + " up"), () -> seen.add(name + " down"), SOON);
    }
}
