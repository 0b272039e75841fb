package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServiceTimeTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void countsTheThreadsTimeAndNotTheWaiting() {
        var time = new ServiceTime(1, now::get);
        for (int i = 0; i < 8; i++) {
            time.begin();
        }

        for (int i = 0; i < 8; i++) {
            now.addAndGet(Duration.ofMillis(10).toNanos());
            time.end();
        }

        assertThat(time.mean(8)).contains(Duration.ofMillis(10));
    }

    @Test
    void isUnknownBeforeEnoughRequests() {
        var time = new ServiceTime(1, now::get);
        time.begin();
        time.end();

        assertThat(time.mean(8)).isEmpty();
    }

    @Test
    void doesNotCountIdleTime() {
        var time = new ServiceTime(2, now::get);
        for (int i = 0; i < 10; i++) {
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            time.begin();
            now.addAndGet(Duration.ofMillis(3).toNanos());
            time.end();
        }

        assertThat(time.mean(8)).contains(Duration.ofMillis(3));
    }
}
