package dev.millrace.load.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Waits for conditions of other processes.
public final class Wait {
    private static final long POLL_MILLIS = 50;

    private Wait() {}

    /// Something that becomes true sooner or later.
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /// Waits until the condition holds; a condition that throws does not hold yet.
    ///
    /// @throws IllegalStateException naming what did not happen in time, with the condition's last failure
    public static void until(String what, Duration patience, Condition condition) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Exception last = null;
        while (true) {
            try {
                if (condition.holds()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + ": not within " + patience.toSeconds() + " s", last);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    /// Lets that much time pass: for the length of a fault, never for something to have happened.
    public static void pause(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
